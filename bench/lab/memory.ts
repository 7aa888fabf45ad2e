/** What a process holds after a full collection, bytes. */
export interface Memory {
  readonly rss: number;
  /** The heap in use and what objects in it hold outside. */
  readonly kept: number;
  /** What Node has taken for its heap, in use or not. */
  readonly heap: number;
  /** The rest of `rss`: Node itself, what its allocator keeps, SQLite. */
  readonly rest: number;
}

/** Collects every `everyMs` and tells the parent what is left. For processes started with --expose-gc. */
export function tellMemory(everyMs: number): void {
  setInterval(() => {
    globalThis.gc?.();
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    const memory: Memory = { rss, kept: heapUsed + external, heap: heapTotal, rest: rss - heapTotal };
    process.send?.(memory);
  }, everyMs).unref();
}

/** Least squares through the last two thirds of values taken `everyMs` apart: growth in an hour. */
export function growthAnHour(values: readonly number[], everyMs: number): number {
  const late = values.slice(Math.floor(values.length / 3));
  const middle = (late.length - 1) / 2;
  const mean = late.reduce((sum, value) => sum + value, 0) / late.length;
  let rise = 0;
  let run = 0;
  for (const [index, value] of late.entries()) {
    rise += (index - middle) * (value - mean);
    run += (index - middle) ** 2;
  }
  return (rise / run) * (3_600_000 / everyMs);
}

/** In megabytes: `+1.2 (61 to 62)`, growth in an hour and the first and the last value of the line's part. */
export function growthWords(values: readonly number[], everyMs: number): string {
  const late = values.slice(Math.floor(values.length / 3));
  const growth = growthAnHour(values, everyMs) / 1e6;
  const [first, last] = [late.at(0) ?? Number.NaN, late.at(-1) ?? Number.NaN].map((value) => value / 1e6);
  return `${growth < 0 ? "−" : "+"}${Math.abs(growth).toFixed(1)} (${first!.toFixed(1)} to ${last!.toFixed(1)})`;
}
