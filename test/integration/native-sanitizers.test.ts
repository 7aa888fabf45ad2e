import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeFolder } from "../support/remove-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const suites = ["native-engine", "gradients"].map((name) => `test/worker/lstm/${name}.test.ts`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-native-"));
});
afterEach(() => removeFolder(folder));

function build(...flags: string[]): void {
  execFileSync(process.execPath, [path.join(root, "scripts", "build-native.mjs"), folder, ...flags]);
}

/** Runs the native kernels' unit tests on the builds in `folder`. */
function runSuites(env: Record<string, string>): string {
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  return execFileSync(process.execPath, [vitest, "run", "--project", "unit", ...suites], {
    cwd: root,
    env: { ...process.env, SEQTUNE_NATIVE: folder, NO_COLOR: "1", ...env },
    encoding: "utf8",
  });
}

const compiler = process.env["CC"] ?? "cc";
const runtime = (name: string): string =>
  execFileSync(compiler, [`-print-file-name=${name}`], { encoding: "utf8" }).trim();

describe.runIf(process.platform === "linux")("the native kernels", () => {
  it("read and write nothing that is not theirs, and do nothing undefined", () => {
    build("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all");
    const preload = `${runtime("libasan.so")} ${runtime("libubsan.so")}`;
    const output = runSuites({ LD_PRELOAD: preload, ASAN_OPTIONS: "detect_leaks=0" });
    expect(output).toMatch(/Test Files\s+2 passed/);
  });

  it("compute the same with vectors wider than this CPU's", () => {
    build("-DVW=16");
    expect(runSuites({})).toMatch(/Test Files\s+2 passed/);
  });
});
