// Builds dist/: the kernels by AssemblyScript and by a C compiler, the dashboard's page by Vite, TypeScript by tsc, then the files that the code reads at run time.
// Built beside the old dist/ and put in its place at the end: a failed or a second build at the same time leaves
// something whole.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { buildKernels } from "./build-kernels.mjs";
import { buildNative } from "./build-native.mjs";
import { bundlePrograms } from "./bundle-programs.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, "dist");
const fresh = path.join(root, `.dist-${process.pid}`);
const old = path.join(root, `.dist-${process.pid}-old`);
const tsc = path.join(
  path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin",
  "tsc",
);

const page = build({ configFile: path.join(root, "page/vite.config.mjs") });
await Promise.all([buildKernels(), buildNative(), page]);

const project = path.join(root, "tsconfig.build.json");
const compiled = spawnSync(process.execPath, [tsc, "-p", project, "--outDir", fresh], { stdio: "inherit" });
if (compiled.status !== 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(compiled.status ?? 1);
}

await bundlePrograms(fresh);

const assets = [
  "storage/migrations",
  "worker/data/file/build",
  "worker/lstm/build",
  "worker/data/baselines/build",
  "worker/lstm/cuda/kernels.ptx",
  "worker/lstm/cuda/fast.ptx",
  "page/build",
];
for (const asset of assets) {
  const target = path.join(fresh, asset);
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(root, asset), target, { recursive: true });
}

try {
  renameSync(dist, old);
} catch (error) {
  if (error.code !== "ENOENT") throw error; // the first build
}
renameSync(fresh, dist);
rmSync(old, { recursive: true, force: true });
