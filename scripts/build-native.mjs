// Compiles worker/lstm/native (C) to worker/lstm/build/native-*.so, one for each instruction set, with the C compiler
// that CC names, else cc, gcc or clang. Without a compiler, or when it fails, one line says so and the WebAssembly
// kernels serve; `node scripts/build-native.mjs FOLDER FLAG...` builds elsewhere. What is built already, from the same sources by the same compiler, stays.
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = "worker/lstm/native";
const run = promisify(execFile);
const patienceMs = 300_000;

const common = [
  "-std=gnu11",
  "-O2",
  "-fPIC",
  "-shared",
  "-fvisibility=hidden",
  "-ffp-contract=off",
  "-fno-math-errno",
];
const avx512 = ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mfma", "-mprefer-vector-width=512"];
const targets = os.arch() === "x64" ? { plain: [], avx2: ["-mavx2", "-mfma"], avx512 } : { plain: [] };

/** Builds into `folder`, with `extra` flags for the compiler. Returns whether the native kernels are there. */
export async function buildNative(folder = path.join(root, "worker", "lstm", "build"), extra = []) {
  const compiler = findCompiler();
  if (compiler === null) {
    console.log("native kernels: no C compiler found (CC, cc, gcc, clang); training will use WebAssembly");
    return false;
  }
  mkdirSync(folder, { recursive: true });
  const results = await Promise.all(
    Object.entries(targets).map(([target, flags]) => build(compiler, folder, target, [...flags, ...extra])),
  );
  return results.every(Boolean);
}

async function build(compiler, folder, target, flags) {
  const file = path.join(folder, `native-${target}.so`);
  const mark = path.join(folder, `native-${target}.key`);
  const args = [...common, ...flags, `${sources}/native.c`, "-lm"];
  const key = keyOf(compiler, args);
  if (existsSync(file) && existsSync(mark) && readFileSync(mark, "utf8") === key) return true;
  // Written beside and renamed, so that half a file is never loaded.
  const fresh = path.join(folder, `${process.pid}.native-${target}.so`);
  try {
    await run(compiler.command, [...args, "-o", fresh], { cwd: root, timeout: patienceMs });
    renameSync(fresh, file);
    writeFileSync(mark, key);
    return true;
  } catch (error) {
    rmSync(fresh, { force: true });
    const [reason = ""] = String(error.stderr || error.message)
      .split("\n")
      .filter((line) => /error|fail/i.test(line));
    console.log(
      `native kernels: ${compiler.command} could not compile those for ${target}: ${reason.trim()}`,
    );
    return false;
  }
}

function findCompiler() {
  const wanted = process.env.CC ? [process.env.CC] : ["cc", "gcc", "clang"];
  for (const command of wanted) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status === 0 && stdout) return { command, version: stdout };
  }
  return null;
}

function keyOf({ version }, args) {
  const hash = createHash("sha256").update(version).update(args.join(" "));
  for (const name of readdirSync(path.join(root, sources)).sort())
    hash.update(readFileSync(path.join(root, sources, name)));
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...extra] = process.argv.slice(2);
  await buildNative(folder, extra);
}
