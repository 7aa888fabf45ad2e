import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles the kernels before the unit tests where they are missing or older than their source. */
export default function buildKernels(): void {
  const built = path.join(root, "worker", "lstm", "build", "relaxed.wasm");
  if (!existsSync(built) || statSync(built).mtimeMs < newestIn("kernels")) run("build-kernels.mjs");
  run("build-native.mjs"); // knows by itself whether there is something to do
}

function newestIn(folder: string): number {
  const sources = path.join(root, "worker", "lstm", folder);
  return Math.max(...readdirSync(sources).map((file) => statSync(path.join(sources, file)).mtimeMs));
}

function run(script: string): void {
  execFileSync(process.execPath, [path.join(root, "scripts", script)], { stdio: "inherit" });
}
