import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../support/remove-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = path.join(root, "scripts", "build-native.mjs");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-native-"));
});
afterEach(() => removeFolder(folder));

it("an installation without a C compiler says in one line that there is no C compiler, and fails nothing", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], {
    env: { ...process.env, CC: "/bin/false" },
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(stdout).toContain("no C compiler found");
  expect(readdirSync(folder)).toEqual([]);
});

it("an installation without a C compiler trains on WebAssembly then, and doctor says how to get faster kernels", () => {
  const output = execFileSync(
    process.execPath,
    [path.join(root, "bin", "seqtune.js"), "doctor", "--json", "--db", path.join(folder, "s.db")],
    { env: { ...process.env, SEQTUNE_NATIVE: folder }, encoding: "utf8" },
  );
  expect(output).toContain("wasm (relaxed SIMD), slower than this CPU can: the native kernels are not built");
  expect(output).toContain("install a C compiler");
});
