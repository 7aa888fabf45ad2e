// Builds dist/: the kernels by AssemblyScript, TypeScript by tsc, then the files that the code reads at run time.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildKernels } from "./build-kernels.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tsc = path.join(
  path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin",
  "tsc",
);

await buildKernels();

rmSync(path.join(root, "dist"), { recursive: true, force: true });
const compiled = spawnSync(process.execPath, [tsc, "-p", path.join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const assets = ["storage/migrations", "worker/lstm/build"];
for (const asset of assets) {
  const target = path.join(root, "dist", asset);
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(root, asset), target, { recursive: true });
}
