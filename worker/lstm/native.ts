import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Koffi, loadKoffi, NativeUnavailable } from "./koffi.ts";

/** Builds of worker/lstm/native, fastest first; `plain` runs on any CPU (with NEON on ARM). */
export const nativeTargets = ["avx512", "avx2", "plain"] as const;
export type NativeTarget = (typeof nativeTargets)[number];

/** The functions at the end of native/native.c; pointers are addresses. */
export interface NativeCalls {
  bytes(shape: number): number;
  create(shape: number): number;
  free(network: number): void;
  put(network: number, vector: number, flat: number): void;
  get(network: number, vector: number, flat: number): void;
  objective(
    network: number,
    loss: number,
    delta: number,
    classWeights: number,
    outputRate: number,
    stateRate: number,
  ): void;
  accumulate(
    network: number,
    values: number,
    starts: number,
    lengths: number,
    targets: number,
    samples: number,
    count: number,
    share: number,
    batch: number,
  ): number;
  update(network: number, update: number, squares: number): void;
  predict(
    network: number,
    values: number,
    starts: number,
    lengths: number,
    samples: number,
    count: number,
    y: number,
  ): void;
  map(kind: number, from: number, to: number, n: number): void;
  mask(
    batch: number,
    layer: number,
    kind: number,
    rate: number,
    steps: number,
    first: number,
    count: number,
    units: number,
    direction: number,
    to: number,
    ld: number,
  ): void;
}

/** A loaded build. */
export interface NativeLibrary extends NativeCalls {
  readonly target: NativeTarget;
  /** Such as `AVX2, GCC 12.2.0`: its vectors and what compiled it. */
  readonly description: string;
  /** Where an array's numbers lie; it has to be kept as long as the address is used. */
  addressOf(array: NodeJS.TypedArray): number;
}

/** SEQTUNE_NATIVE: a folder with other builds. */
const folder = (): string =>
  process.env["SEQTUNE_NATIVE"] ?? fileURLToPath(new URL("./build", import.meta.url));

/** Throws `NativeUnavailable`. */
export function loadNative(target: NativeTarget): NativeLibrary {
  const koffi = loadKoffi();
  if (!supports(koffi, target)) {
    throw new NativeUnavailable(
      `this CPU has no ${instructions[target]}`,
      `a CPU with ${instructions[target]}`,
    );
  }
  return bind(koffi, open(koffi, target), target);
}

/** The fastest build that runs here. Throws `NativeUnavailable`. */
export function loadFastestNative(): NativeLibrary {
  const koffi = loadKoffi();
  const target = nativeTargets.find((candidate) => supports(koffi, candidate))!;
  return bind(koffi, open(koffi, target), target);
}

const instructions: Readonly<Record<NativeTarget, string>> = {
  avx512: "AVX-512",
  avx2: "AVX2 with FMA",
  plain: "vectors of its own",
};

type Library = ReturnType<Koffi["load"]>;

function open(koffi: Koffi, target: NativeTarget): Library {
  const file = path.join(folder(), `native-${target}.so`);
  try {
    return koffi.load(file);
  } catch (cause) {
    const reason = `the native kernels are not built (${file})`;
    throw new NativeUnavailable(reason, "install a C compiler (apt-get install gcc), then: npm run build", {
      cause,
    });
  }
}

/** The plain build knows what the CPU has. */
function supports(koffi: Koffi, target: NativeTarget): boolean {
  return open(koffi, "plain").func("int seqtune_supports(int)")(nativeTargets.indexOf(target)) !== 0;
}

/** Addresses as integers: koffi then does not look at what they point to, and a call costs about 0.1 µs. */
function bind(koffi: Koffi, library: Library, target: NativeTarget): NativeLibrary {
  const p = "uintptr_t";
  const f = (result: string, name: string, ...parameters: string[]) =>
    library.func(`${result} seqtune_${name}(${parameters.join(", ")})`);
  const calls: Record<keyof NativeCalls, unknown> = {
    bytes: f("double", "bytes", p),
    create: f(p, "new", p),
    free: f("void", "free", p),
    put: f("void", "put", p, "int", p),
    get: f("void", "get", p, "int", p),
    objective: f("void", "objective", p, "int", "double", p, "double", "double"),
    accumulate: f("double", "accumulate", p, p, p, p, p, p, "int", "double", p),
    update: f("void", "update", p, p, p),
    predict: f("void", "predict", p, p, p, p, p, "int", p),
    map: f("void", "map", "int", p, p, "int"),
    mask: f("void", "mask", p, "int", "int", "double", "int", "int", "int", "int", "int", p, "int"),
  };
  return {
    ...(calls as unknown as NativeCalls),
    target,
    description: String(f("const char *", "description")()),
    addressOf: (array) => Number(koffi.address(array)),
  };
}
