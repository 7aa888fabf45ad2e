import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles the kernels before the unit tests when they are missing or older than a source. */
export default function buildKernels(): void {
  const built = path.join(root, "worker", "lstm", "build", "relaxed.wasm");
  const sources = path.join(root, "worker", "lstm", "kernels");
  const newest = Math.max(...readdirSync(sources).map((file) => statSync(path.join(sources, file)).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  execFileSync(process.execPath, [path.join(root, "scripts", "build-kernels.mjs")], { stdio: "inherit" });
}
