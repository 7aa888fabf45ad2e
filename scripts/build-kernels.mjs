// Compiles worker/lstm/kernels/*.ts (AssemblyScript) to worker/lstm/build/: plain.wasm and relaxed.wasm, the same
// kernels without and with the fused multiply-add of relaxed SIMD.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { main as compile } from "assemblyscript/asc";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const lstm = path.join(root, "worker", "lstm");
const builds = [
  { file: "plain.wasm", features: [] },
  { file: "relaxed.wasm", features: ["--enable", "relaxed-simd"] },
];

/** Compiles both builds; throws with the compiler's words when one fails. */
export async function buildKernels() {
  mkdirSync(path.join(lstm, "build"), { recursive: true });
  for (const { file, features } of builds) {
    const options = [
      "-O3",
      "--runtime",
      "stub",
      "--noAssert",
      "--importMemory",
      "--enable",
      "simd",
      ...features,
    ];
    const { error } = await compile(
      [
        path.relative(root, path.join(lstm, "kernels", "index.ts")),
        "--baseDir",
        root,
        "--outFile",
        path.relative(root, path.join(lstm, "build", file)),
        ...options,
        "--disableWarning",
        "201",
      ],
      { stderr: process.stderr },
    );
    if (error) throw new Error(`${file} could not be compiled`, { cause: error });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
