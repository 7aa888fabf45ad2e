import { figure } from "../numbers.ts";
import type { Tick } from "./plot.ts";

/** 1, 2 or 5 times a power of ten, at least `size`. */
export function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const share = size / power;
  return power * (share <= 1.0001 ? 1 : share <= 2.0001 ? 2 : share <= 5.0001 ? 5 : 10);
}

/** Round ticks from `low` to `high`, about `wanted` of them, ends included where they are round. */
export function linearTicks(low: number, high: number, wanted = 5): readonly Tick[] {
  const step = roundStep((high - low) / wanted);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => tick((first + i) * step));
}

/** Whole ticks, for epochs and trial numbers. */
export function wholeTicks(low: number, high: number, wanted = 6): readonly Tick[] {
  const step = Math.max(1, roundStep((high - low) / wanted));
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => tick((first + i) * step));
}

/** Powers of ten; also 2 and 5 times them where there are few, and every second or third where there are many. */
export function logTicks(low: number, high: number, wanted = 7): readonly Tick[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const powers = last - first + 1;
  if (powers < 3) {
    const between = [1, 2, 5];
    const all = Array.from({ length: Math.max(powers, 0) + 2 }, (_, i) => first - 1 + i);
    const found = all
      .flatMap((power) => between.map((times) => Number((times * 10 ** power).toPrecision(12))))
      .filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
    return found.length >= 2 ? found.map(tick) : linearTicks(low, high, 4);
  }
  const every = Math.ceil(powers / wanted);
  return Array.from({ length: powers }, (_, i) => first + i)
    .filter((power) => power % every === 0)
    .map((power) => tick(10 ** power));
}

function tick(at: number): Tick {
  const round = Number(at.toPrecision(12));
  return { at: round, label: figure(round).replace(/\.?0+e/, "e") };
}

const timeSteps = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800,
  604_800,
];

/** Ticks of a length of time in seconds from 0, named in the unit of their step. */
export function secondsTicks(high: number, wanted = 6): readonly Tick[] {
  const step = high < wanted ? roundStep(high / wanted) : timeSteps.find((one) => high / one <= wanted + 1);
  const size = step ?? roundStep(high / wanted);
  const [unit, of]: readonly [string, number] =
    size < 60 ? ["s", 1] : size < 3600 ? ["min", 60] : size < 86_400 ? ["h", 3600] : ["d", 86_400];
  return Array.from({ length: Math.floor(high / size + 1e-9) + 1 }, (_, i) => {
    const at = Number((i * size).toPrecision(12));
    return { at, label: at === 0 ? "0" : `${figure(at / of)} ${unit}` };
  });
}
