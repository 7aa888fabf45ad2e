// Compiles worker/lstm/cuda/kernels (CUDA C++) to worker/lstm/cuda/kernels.ptx, the text that every NVIDIA driver compiles
// for its own GPU, and to fast.ptx, that for tensor cores. They are committed, so that only someone who changes the kernels needs nvcc (NVCC names it, else the one on
// the PATH). `--software FILE` builds the driver in software for tests instead, with g++ (or CXX); `--check` says whether the
// committed texts are those of the sources, and exits with 1 if not.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cuda = path.join(root, "worker", "lstm", "cuda");

/**
 * nvcc writes the version of its own CUDA, which drivers older than that refuse. The first text uses nothing newer than
 * CUDA 10, the second one nothing newer than CUDA 11.0; one hint to the compiler is, and goes.
 */
const texts = [
  { name: "kernels", capability: 75, version: ".version 6.3" },
  { name: "fast", capability: 80, version: ".version 7.0" },
];
const fileOf = ({ name }) => path.join(cuda, `${name}.ptx`);
const hints = /^.*\.pragma "used_bytes_mask.*\n/gm;

/** Which sources a text comes from, whatever their comments and line breaks. */
function sourcesKey() {
  const hash = createHash("sha256");
  for (const name of readdirSync(path.join(cuda, "kernels")).sort()) {
    const source = readFileSync(path.join(cuda, "kernels", name), "utf8");
    hash.update(name).update(source.replace(/\/\/[^\n]*/g, "").replace(/\s+/g, " "));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Such as `13.5.37`, or null where there is no nvcc. */
function nvccVersion(nvcc = process.env.NVCC || "nvcc") {
  const { status, stdout } = spawnSync(nvcc, ["--version"], { encoding: "utf8" });
  return status === 0 ? (/V(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? "unknown") : null;
}

/** A text as it is to be committed; throws in the compiler's words. */
function compileText({ name, capability, version }, nvcc = process.env.NVCC || "nvcc") {
  const made = path.join(cuda, `.${process.pid}.ptx`);
  const args = ["-O3", `-arch=compute_${capability}`, "-ptx", `kernels/${name}.cu`, "-o", made];
  const { status, stderr, error } = spawnSync(nvcc, args, { cwd: cuda, encoding: "utf8" });
  if (status !== 0) throw new Error(`${nvcc} could not compile the kernels: ${error?.message ?? stderr}`);
  const body = readFileSync(made, "utf8");
  rmSync(made);
  const from = body.indexOf(".version");
  const head = `// Compiled by scripts/build-cuda.mjs: nvcc ${nvccVersion(nvcc)}, sources ${sourcesKey()}\n`;
  return (
    head +
    body
      .slice(from)
      .replace(/^\.version .*$/m, version)
      .replace(hints, "")
  );
}

/** Builds the software driver unless it is there, from the same sources. Returns null, or why it could not be built. */
function buildSoftware(file, compiler = process.env.CXX || "g++") {
  const key = createHash("sha256").update(sourcesKey());
  for (const name of readdirSync(path.join(cuda, "software")).sort())
    key.update(readFileSync(path.join(cuda, "software", name)));
  const mark = `${file}.key`;
  const wanted = key.digest("hex");
  if (existsSync(file) && existsSync(mark) && readFileSync(mark, "utf8") === wanted) return null;
  mkdirSync(path.dirname(file), { recursive: true });
  // Written beside and renamed, so that half a file is never loaded.
  const fresh = `${file}.${process.pid}`;
  const flags = ["-std=c++20", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-ffp-contract=off"];
  const warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"];
  const args = [...flags, ...warnings, "software/driver.cpp", "-o", fresh];
  const { status, stderr, error } = spawnSync(compiler, args, { cwd: cuda, encoding: "utf8" });
  if (error) return `there is no C++ compiler (${compiler})`;
  if (status !== 0) return `${compiler} could not compile the software driver: ${stderr.split("\n")[0]}`;
  renameSync(fresh, file);
  writeFileSync(mark, wanted);
  return null;
}

/** What is wrong with a committed text, or null: it comes from these sources, and nvcc of its version makes it again. */
function problemOfText(text) {
  const committed = readFileSync(fileOf(text), "utf8");
  const [, made, key] = /nvcc (\S+), sources (\S+)/.exec(committed) ?? [];
  const file = path.relative(root, fileOf(text));
  if (key !== sourcesKey()) return `${file} is older than its sources; run: npm run build:cuda`;
  if (nvccVersion() !== made) return null;
  return compileText(text) === committed ? null : `${file} is not what nvcc ${made} makes of its sources`;
}

function run([mode, file = "libcuda-software.so"]) {
  if (mode === "--software") return buildSoftware(path.resolve(file));
  if (mode === "--check") return texts.map(problemOfText).find((problem) => problem !== null) ?? null;
  for (const text of texts) writeFileSync(fileOf(text), compileText(text));
  return null;
}

const problem = run(process.argv.slice(2));
if (problem !== null) {
  console.error(problem);
  process.exitCode = 1;
}
