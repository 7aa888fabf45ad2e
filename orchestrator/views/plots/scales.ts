import type { Domain, ParamValue } from "../../../search/space.ts";
import { sameValue } from "../../../search/space.ts";
import type { Goal } from "../../../search/scores.ts";
import { paramText } from "../numbers.ts";
import type { Axis, Scale } from "./plot.ts";
import { linearTicks, logTicks, secondsTicks, wholeTicks } from "./ticks.ts";

/** Where a value stands on a scale: 0 at its low end, 1 at its high end; beyond them outside, NaN for NaN. */
export function place({ kind, low, high }: Scale, value: number): number {
  if (kind === "log") return value > 0 ? Math.log(value / low) / Math.log(high / low) : -Infinity;
  return (value - low) / (high - low);
}

/** Is the value on the axis? */
export function isOn(scale: Scale, value: number): boolean {
  const at = place(scale, value);
  return at >= -1e-9 && at <= 1 + 1e-9;
}

/** Positive values that differ more than this many times stand on a log axis. */
const logFrom = 30;

/** A share of the span that is left free at each end. */
const margin = 0.04;

/** A scale from `least` to `most` with some room around; equal ends get room, too. */
export function numberScale(least: number, most: number, log: boolean, room = margin): Scale {
  if (log) {
    const span = Math.log(most / least) || 1;
    const [low, high] = [least * Math.exp(-span * room), most * Math.exp(span * room)];
    // Numbers next to the least or the greatest there are have nothing beyond them.
    const ends = { low: low > 0 ? low : least, high: Number.isFinite(high) ? high : most };
    return { kind: "log", ...ends, ticks: logTicks(ends.low, ends.high) };
  }
  const span = most - least || Math.abs(most) * 0.1 || 1;
  const [low, high] = [least - span * room, most + span * room];
  const ends = most > least ? { low, high } : { low: least - span, high: most + span };
  return { kind: "linear", ...ends, ticks: linearTicks(ends.low, ends.high) };
}

/** Epochs or trial numbers from `first` to `last`, with some room around. */
export function wholeScale(first: number, last: number): Scale {
  const high = Math.max(last, first + 1);
  const room = (high - first) * 0.015;
  return { kind: "linear", low: first - room, high: high + room, ticks: wholeTicks(first, high) };
}

/** A length of time from 0, in seconds. */
export function secondsScale(most: number): Scale {
  const high = most > 0 ? most : 1;
  return { kind: "linear", low: 0, high: high * 1.015, ticks: secondsTicks(high) };
}

export function bandScale(names: readonly string[]): Scale {
  const ticks = names.map((label, at) => ({ at, label }));
  return { kind: "band", low: -0.5, high: Math.max(1, names.length) - 0.5, ticks };
}

/** An axis for the values of trials, and how many of them lie beyond it. */
export interface RobustScale {
  readonly scale: Scale;
  readonly outside: number;
}

export interface RobustOptions {
  /** The end that is never cut off: where the best are. Absent: both ends may be cut. */
  readonly goal?: Goal;
  /** Stand on the axis, too, unless they would stretch it more than three times. */
  readonly also?: readonly number[];
  /** Show everything. */
  readonly all?: boolean;
  /** A log scale wherever all that is shown is positive. */
  readonly log?: boolean;
}

/**
 * Central 98 percent of the values; among fewer than 100, and where the others would have less than a quarter of the axis, those within
 * three quartile distances of the quartiles (Tukey 1977, "far out"). A log scale where all that is shown is positive and spans more than 30 times.
 */
export function robustScale(values: readonly number[], options: RobustOptions = {}): RobustScale {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (sorted.length === 0) return { scale: numberScale(0, 1, false), outside: 0 };
  const all: [number, number] = [sorted[0]!, sorted.at(-1)!];
  const log = options.log === true && all[0] > 0;
  const [from, to] = options.all === true ? all : centre(sorted, options.goal, log);
  const [least, most] = stretched(from, to, options.also ?? []);
  const outside = sorted.reduce((count, value) => count + (value < least || value > most ? 1 : 0), 0);
  return { scale: numberScale(least, most, isWide(least, most) || (log && least > 0)), outside };
}

function isWide(least: number, most: number): boolean {
  return least > 0 && most / least > logFrom;
}

/** Values far out may take the axis this many times as far as the others. */
const mostFar = 4;

/** The ends of what is shown. `sorted`: at least one, rising. `log`: they stand on a log scale in any case. */
function centre(sorted: Float64Array, goal: Goal | undefined, log: boolean): [number, number] {
  const quantile = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  // In logarithms where the middle half spans much: there a long tail upwards is no outlier.
  const wide = log || isWide(quantile(0.05), quantile(0.95));
  const into = wide ? Math.log : (value: number): number => value;
  const [lower, upper] = [quantile(0.25), quantile(0.75)];
  const reach = 3 * (into(upper) - into(lower));
  const isNear = (value: number): boolean =>
    reach === 0 || (into(value) >= into(lower) - reach && into(value) <= into(upper) + reach);
  const cut = Math.floor(sorted.length * 0.01);
  const kept = sorted.subarray(cut, sorted.length - cut);
  const close = sorted.length > 3 ? kept.filter((value) => value > 0 || !wide).filter(isNear) : kept;
  const span = (some: Float64Array): number => into(some.at(-1)!) - into(some[0]!);
  const isFew = sorted.length < 100;
  const near = isFew || (close.length > 0 && span(kept) > mostFar * span(close)) ? close : kept;
  const shown = near.length === 0 ? sorted : near;
  return [goal === "minimize" ? sorted[0]! : shown[0]!, goal === "maximize" ? sorted.at(-1)! : shown.at(-1)!];
}

function stretched(from: number, to: number, also: readonly number[]): [number, number] {
  const span = isWide(from, to) ? Math.log(to / from) : to - from || Math.abs(to) * 0.2 || 1;
  const far = (value: number): boolean =>
    isWide(from, to)
      ? value <= 0 || Math.log(from / value) > span || Math.log(value / to) > span
      : from - value > 2 * span || value - to > 2 * span;
  const near = also.filter((value) => Number.isFinite(value) && !far(value));
  return [Math.min(from, ...near), Math.max(to, ...near)];
}

/** An axis for one parameter, and where a value of it stands. NaN for a value that the trial does not have. */
export interface ParamAxis {
  readonly axis: Axis;
  readonly at: (value: ParamValue | undefined) => number;
}

/** Log where the parameter is; lists of values side by side in their order, numbers rising. */
export function paramAxis(name: string, domain: Domain): ParamAxis {
  if (domain.kind === "float" || domain.kind === "int") {
    const { min, max, scale } = domain;
    const whole = domain.kind === "int" && scale === "linear";
    const made = numberScale(min, max, scale === "log" && min > 0, 0.03);
    const ticks = whole ? wholeTicks(min, max, 5) : made.ticks;
    return {
      axis: { label: name, scale: { ...made, ticks: ticks.length > 0 ? ticks : made.ticks } },
      at: (value) => (typeof value === "number" ? value : Number.NaN),
    };
  }
  const values = domain.kind === "constant" ? [domain.value] : inOrder(domain.values);
  return {
    axis: { label: name, scale: bandScale(values.map(paramText)) },
    at: (value) => {
      const index = value === undefined ? -1 : values.findIndex((one) => sameValue(one, value));
      return index < 0 ? Number.NaN : index;
    },
  };
}

function inOrder(values: readonly ParamValue[]): readonly ParamValue[] {
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === values.length ? numbers.toSorted((a, b) => a - b) : values;
}

/** "1 trial outside", "3 trials outside"; empty for none. */
export function outsideText(count: number, what = "trial"): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"} outside`;
}
