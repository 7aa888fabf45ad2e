// Compiles the kernels in AssemblyScript: those that train, worker/lstm/kernels/, to worker/lstm/build/plain.wasm and relaxed.wasm, without
// and with the fused multiply-add of relaxed SIMD; those of baselines and of data files, worker/data/{baselines,file}/kernels/, to
// kernels.wasm and rows.wasm beside them.
import { mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { main as compile } from "assemblyscript/asc";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const lstm = "worker/lstm";
const baselines = "worker/data/baselines";
const dataFile = "worker/data/file";
const builds = [
  { of: lstm, file: "plain.wasm", features: ["simd"], options: ["--importMemory"] },
  { of: lstm, file: "relaxed.wasm", features: ["simd", "relaxed-simd"], options: ["--importMemory"] },
  { of: baselines, file: "kernels.wasm", features: ["simd"], options: [] },
  { of: dataFile, file: "rows.wasm", features: ["simd"], options: ["--importMemory"] },
];

// 201: an address becomes a signed number. It does; addresses wrap around as they should.
const common = ["-O3", "--runtime", "stub", "--noAssert", "--disableWarning", "201"];

/** Compiles all, or those of one folder; throws when one fails, after the compiler's own words on standard error. */
export async function buildKernels(folder) {
  for (const { of, file, features, options } of builds) {
    if (folder !== undefined && of !== folder) continue;
    mkdirSync(path.join(root, of, "build"), { recursive: true });
    const enabled = features.flatMap((feature) => ["--enable", feature]);
    // Written beside and renamed, so that half a file is never read.
    const fresh = `${of}/build/${process.pid}.${file}`;
    const asked = [`${of}/kernels/index.ts`, "--baseDir", root, "--outFile", fresh, ...common, ...options];
    const { error } = await compile([...asked, ...enabled], { stderr: process.stderr });
    if (error) throw new Error(`${file} could not be compiled`, { cause: error });
    renameSync(path.join(root, fresh), path.join(root, of, "build", file));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels(process.argv[2]);
