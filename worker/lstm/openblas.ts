import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** cblas_sgemm on addresses inside one memory; see kernels/product.ts. */
export type Sgemm = (
  transposeA: number,
  m: number,
  n: number,
  k: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

export interface OpenBlas {
  /** Such as `OpenBLAS 0.3.21 SkylakeX`: version and the processor it chose its kernels for. */
  readonly description: string;
  /** Products of at most this many multiplications run without packing; Infinity when all are packed. */
  readonly smallProduct: number;
  /** The product on this memory, as long as it does not grow. */
  sgemmOn(memory: WebAssembly.Memory): Sgemm;
}

const libraries = [
  "libopenblas.so.0",
  "libopenblas.so",
  "libopenblas.dylib",
  "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
  "/usr/local/opt/openblas/lib/libopenblas.dylib",
  "libopenblas.dll",
];

/** Cores whose kernels know SSE vectors at most: slower than our own kernels. */
const slowCores = new Set([
  "Prescott",
  "Katmai",
  "Coppermine",
  "Northwood",
  "Banias",
  "Core2",
  "Penryn",
  "Dunnington",
]);

/** OpenBLAS kernels for AVX-512, which multiply small matrices straight from where they lie. */
const unpackedCores = new Set(["SkylakeX", "Cooperlake", "SapphireRapids"]);
const largestUnpacked = 1e6;

const rowMajor = 101;
const plain = 111;

let found: OpenBlas | null | undefined;

/**
 * OpenBLAS, when koffi and the library are there; else null. It computes on one thread. Looked for once.
 * SEQTUNE_OPENBLAS names the library file, or is `off`.
 */
export function findOpenBlas(): OpenBlas | null {
  found ??= load();
  return found;
}

function load(): OpenBlas | null {
  const chosen = process.env["SEQTUNE_OPENBLAS"];
  if (chosen === "off") return null;
  const koffi = loadKoffi();
  if (koffi === null) return null;
  for (const name of chosen ? [chosen] : libraries) {
    try {
      chooseCore(koffi);
      return fastEnough(bind(koffi, name));
    } catch {
      // Not installed under this name: try the next.
    }
  }
  return null;
}

function fastEnough(blas: OpenBlas): OpenBlas | null {
  return slowCores.has(blas.description.split(" ").at(-1)!) ? null : blas;
}

type Koffi = typeof import("koffi");

function loadKoffi(): Koffi | null {
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch {
    return null;
  }
}

/**
 * The core whose kernels suit a CPU with these flags (as in /proc/cpuinfo), or null where OpenBLAS may choose. A
 * release older than the CPU does not know it and would take its oldest kernels.
 */
export function coreFor(flags: ReadonlySet<string>): string | null {
  if (["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"].every((flag) => flags.has(flag)))
    return "SkylakeX";
  return flags.has("avx2") && flags.has("fma") ? "Haswell" : null;
}

/** Tells OpenBLAS the core, unless the user did. In a thread `process.env` is a copy: libc has to be told. */
function chooseCore(koffi: Koffi): void {
  if (process.platform !== "linux" || process.env["OPENBLAS_CORETYPE"]) return;
  const core = coreFor(cpuFlags());
  if (core !== null) {
    koffi.load("libc.so.6").func("int setenv(const char *, const char *, int)")("OPENBLAS_CORETYPE", core, 0);
  }
}

function cpuFlags(): ReadonlySet<string> {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
    return new Set(flags?.[1]?.trim().split(" "));
  } catch {
    return new Set(); // no /proc
  }
}

function bind(koffi: Koffi, name: string): OpenBlas {
  const library = koffi.load(name);
  // Addresses as integers: koffi then does not look at what they point to, and a call costs about 0.1 µs.
  const sgemm = library.func(
    "void cblas_sgemm(int, int, int, int, int, int, float, uintptr_t, int, uintptr_t, int, float, uintptr_t, int)",
  );
  library.func("void openblas_set_num_threads(int)")(1);
  const core = String(library.func("const char *openblas_get_corename()")());
  const config = String(library.func("const char *openblas_get_config()")());
  return {
    description: `${config.split(" ").slice(0, 2).join(" ")} ${core}`,
    smallProduct: unpackedCores.has(core) ? largestUnpacked : Infinity,
    sgemmOn: (memory) => {
      const base = Number(koffi.address(new Uint8Array(memory.buffer)));
      return (transposeA, m, n, k, a, lda, b, ldb, beta, c, ldc) => {
        const from = base + (a >>> 0);
        const by = base + (b >>> 0);
        const to = base + (c >>> 0);
        sgemm(rowMajor, plain + transposeA, plain, m, n, k, 1, from, lda, by, ldb, beta, to, ldc);
      };
    },
  };
}
