import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles the kernels before the unit tests where they are missing or older than their source. */
export default function buildKernels(): void {
  const wanted = [
    ["worker/lstm", "relaxed.wasm"],
    ["worker/data/baselines", "kernels.wasm"],
    ["worker/data/file", "rows.wasm"],
  ] as const;
  if (wanted.some(([folder, file]) => !isBuilt(folder, file))) run("build-kernels.mjs");
  run("build-native.mjs"); // knows by itself whether there is something to do
}

function isBuilt(folder: string, file: string): boolean {
  const built = path.join(root, folder, "build", file);
  const sources = path.join(root, folder, "kernels");
  const newest = Math.max(...readdirSync(sources).map((name) => statSync(path.join(sources, name)).mtimeMs));
  return existsSync(built) && statSync(built).mtimeMs >= newest;
}

function run(script: string): void {
  execFileSync(process.execPath, [path.join(root, "scripts", script)], { stdio: "inherit" });
}
