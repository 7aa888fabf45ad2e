import { readFileSync } from "node:fs";

/** What the compiled kernels export (worker/data/baselines/kernels/). Addresses are bytes, counts and strides are numbers of eight bytes. */
interface Kernels {
  readonly memory: WebAssembly.Memory;
  addProducts(
    out: number,
    ldOut: number,
    a: number,
    lda: number,
    rowsA: number,
    b: number,
    ldb: number,
    rowsB: number,
    count: number,
    factor: number,
  ): void;
  addOwnProducts(out: number, x: number, rows: number, count: number): void;
  writeChanges(out: number, y: number, rows: number, width: number): void;
  /** 0 where the matrix is not positive definite. */
  factor(a: number, n: number): number;
  solve(l: number, n: number, x: number, m: number): void;
  addLagSums(sums: number, y: number, count: number, width: number): void;
  mirror(a: number, n: number): void;
  writeMoments(
    xx: number,
    xy: number,
    yy: number,
    sums: number,
    width: number,
    window: number,
    horizon: number,
    level: boolean,
  ): void;
  /** How many errors. */
  addErrors(
    sums: number,
    state: number,
    season: number,
    place: number,
    grown: number,
    values: number,
    steps: number,
    stride: number,
  ): number;
  forecast(out: number, state: number, season: number, place: number, grown: number, steps: number): void;
  smooth(state: number, how: number, season: number, place: number, values: number, count: number): void;
}

let known: Kernels | undefined;

/** Double-precision kernels in WebAssembly, which has vector instructions. The same bits on every machine. */
export function kernels(): Kernels {
  return (known ??= instantiate());
}

function instantiate(): Kernels {
  const url = new URL("./build/kernels.wasm", import.meta.url);
  const module = new WebAssembly.Module(readFileSync(url));
  return new WebAssembly.Instance(module, {}).exports as unknown as Kernels;
}

/** Bytes at the start of the memory that are left alone, and of a page. */
const reserved = 1024;
const page = 65_536;

/** So many numbers each in the kernels' memory, in whatever state. They are gone with the next call; `byteOffset` is an address. */
export function room<const Counts extends readonly number[]>(
  ...counts: Counts
): { [K in keyof Counts]: Float64Array } {
  const { memory } = kernels();
  const wanted = reserved + 8 * counts.reduce((sum, count) => sum + count, 0);
  const missing = wanted - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  let at = reserved;
  const rooms = counts.map((count) => {
    const numbers = new Float64Array(memory.buffer, at, count);
    at += numbers.byteLength;
    return numbers;
  });
  return rooms as { [K in keyof Counts]: Float64Array };
}
