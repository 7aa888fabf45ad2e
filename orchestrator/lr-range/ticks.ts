export interface ValueTicks {
  readonly log: boolean;
  /** The axis's ends, at or beyond the values'. */
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Values that differ more than this many times stand on a log axis. */
const logFrom = 30;

/** Ends and round ticks of an axis for values from `least` to `most`: 1, 2 or 5 times a power of ten apart. */
export function valueTicks(least: number, most: number): ValueTicks {
  if (least > 0 && most / least > logFrom) return logTicks(least, most);
  const span = most - least || Math.abs(most) || 1;
  const step = roundStep(span / 5);
  const low = Math.floor(least / step) * step;
  const count = Math.max(1, Math.ceil((most - low) / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((low + i * step).toPrecision(12)));
  return { log: false, low: ticks[0]!, high: ticks.at(-1)!, ticks };
}

function logTicks(least: number, most: number): ValueTicks {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(most));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  return { log: true, low: ticks[0]!, high: ticks.at(-1)!, ticks };
}

function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const share = size / power;
  return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}
