import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

/** What the compiled kernels export (worker/lstm/kernels/index.ts). Addresses are bytes, counts are floats. */
export interface Kernels {
  /** Brings a layer's weights into the layouts of its products; after every change of the weights. */
  prepare(layer: number, training: boolean): void;
  forward(layer: number): void;
  backward(layer: number): void;
  denseForward(
    batch: number,
    inputs: number,
    outputs: number,
    x: number,
    ldx: number,
    weights: number,
    panels: number,
    y: number,
  ): void;
  denseGradient(
    batch: number,
    inputs: number,
    outputs: number,
    x: number,
    ldx: number,
    dy: number,
    gradient: number,
  ): void;
  denseBackward(
    batch: number,
    inputs: number,
    outputs: number,
    dy: number,
    weights: number,
    scratch: number,
    panels: number,
    dx: number,
    ldDx: number,
  ): void;
  dropoutMask(
    steps: number,
    first: number,
    count: number,
    units: number,
    direction: number,
    key0: number,
    key1: number,
    threshold: number,
    kept: number,
    to: number,
    ld: number,
  ): void;
  addScaled(n: number, a: number, x: number, y: number): void;
  scaleAndClamp(n: number, a: number, limit: number, x: number): void;
  sumSquares(n: number, x: number): number;
  scatterRows(
    count: number,
    rows: number,
    width: number,
    from: number,
    to: number,
    perBlock: number,
    perRow: number,
  ): void;
  /** A step of the rule with this code, with its numbers in their order. */
  update(
    code: number,
    n: number,
    w: number,
    g: number,
    first: number,
    second: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
  ): void;
  /** sigmoid (kind 0) or tanh (kind 1) of n values (a multiple of 4), for tests. */
  mapValues(kind: number, from: number, to: number, n: number): void;
}

export type Build = "plain" | "relaxed";

const modules = new Map<Build, WebAssembly.Module>();

/** The faster build this runtime takes: with relaxed SIMD (fused multiply-add) where it is known. */
export function bestBuild(): Build {
  const bytes = readBuild("relaxed");
  if (!WebAssembly.validate(bytes)) {
    // Node 20 knows relaxed SIMD behind a flag; a runtime without the flag ignores it.
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  return WebAssembly.validate(bytes) ? "relaxed" : "plain";
}

/** Kernels working on this memory. */
export function instantiate(build: Build, memory: WebAssembly.Memory): Kernels {
  const instance = new WebAssembly.Instance(compiled(build), { env: { memory, abort: unavailable } });
  return instance.exports as unknown as Kernels;
}

function compiled(build: Build): WebAssembly.Module {
  const known = modules.get(build);
  if (known) return known;
  const compiledNow = new WebAssembly.Module(readBuild(build));
  modules.set(build, compiledNow);
  return compiledNow;
}

function readBuild(build: Build): Buffer<ArrayBuffer> {
  const url = new URL(`./build/${build}.wasm`, import.meta.url);
  try {
    return readFileSync(url);
  } catch (cause) {
    throw new Error(`${url.pathname} is missing`, { cause });
  }
}

function unavailable(): never {
  throw new Error("the kernels called a function that was not given to them");
}
