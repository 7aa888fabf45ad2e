// Compiles worker/lstm/kernels/*.ts (AssemblyScript) to worker/lstm/build/: plain.wasm and relaxed.wasm, the same
// kernels without and with the fused multiply-add of relaxed SIMD.
import { mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { main as compile } from "assemblyscript/asc";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const source = "worker/lstm/kernels/index.ts";
const target = "worker/lstm/build";
const builds = [
  { file: "plain.wasm", features: ["simd"] },
  { file: "relaxed.wasm", features: ["simd", "relaxed-simd"] },
];

// 201: an address becomes a signed number. It does; addresses wrap around as they should.
const options = ["-O3", "--runtime", "stub", "--noAssert", "--importMemory", "--disableWarning", "201"];

/** Compiles both builds; throws when one fails, after the compiler's own words on standard error. */
export async function buildKernels() {
  mkdirSync(path.join(root, target), { recursive: true });
  for (const { file, features } of builds) {
    const enabled = features.flatMap((feature) => ["--enable", feature]);
    // Written beside and renamed, so that half a file is never read.
    const fresh = `${target}/${process.pid}.${file}`;
    const { error } = await compile([source, "--baseDir", root, "--outFile", fresh, ...options, ...enabled], {
      stderr: process.stderr,
    });
    if (error) throw new Error(`${file} could not be compiled`, { cause: error });
    renameSync(path.join(root, fresh), path.join(root, target, file));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
