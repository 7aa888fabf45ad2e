import { normalCdf, normalQuantile } from "./math/normal.ts";
import type { Domain, Normal, ParamValue } from "./space.ts";

export type NumericDomain = Extract<Domain, { kind: "float" | "int" }>;

export function isNumeric(domain: Domain): domain is NumericDomain {
  return domain.kind === "float" || domain.kind === "int";
}

/** How many values a domain has; Infinity for a continuous range. Values of a list are taken as distinct. */
export function domainSize(domain: Domain): number {
  switch (domain.kind) {
    case "constant":
      return 1;
    case "categorical":
      return domain.values.length;
    case "float":
    case "int":
      return levelCount(domain);
    default:
      return domain satisfies never;
  }
}

/** Value number `index`, 0 to domainSize - 1, of a finite domain: the order of the list, or rising from `min`. */
export function valueAt(domain: Domain, index: number): ParamValue {
  switch (domain.kind) {
    case "constant":
      return domain.value;
    case "categorical":
      return domain.values[index]!;
    case "float":
    case "int":
      return levelAt(domain, index);
    default:
      return domain satisfies never;
  }
}

/**
 * Where a value lies in [0, 1], on the domain's own scale. A stepped domain divides [0, 1] into one cell a
 * value: of equal width on a linear scale; on a log scale with borders at the geometric mean of neighbours, so
 * that 1 of 1..100 weighs about as much as 50..100. The unit of a value lies inside its cell. A range with a normal
 * distribution is stretched so that equal parts of [0, 1] are equally probable.
 */
export function toUnit(domain: NumericDomain, value: number): number {
  const levels = levelCount(domain);
  if (levels === 1) return 0.5;
  if (domain.normal !== undefined) {
    return toQuantile(domain.normal, normalRange(domain, levels), scaled(domain, value));
  }
  if (levels !== Infinity && domain.scale === "linear") return (nearestLevel(domain, value) + 0.5) / levels;
  const [low, high] = levels === Infinity ? scaledRange(domain) : logCellRange(domain, levels);
  return clamp((scaled(domain, value) - low) / (high - low), 0, 1);
}

/**
 * The value at a place in [0, 1]; what toUnit inverts: fromUnit(toUnit(v)) === v for every v that fromUnit
 * returns and every stepped value. Continuous values carry 10 digits of their range, about what a draw of 32
 * bits holds, so that they read well and survive the way there and back exactly.
 */
export function fromUnit(domain: NumericDomain, unit: number): number {
  const levels = levelCount(domain);
  if (levels === Infinity) return continuousFromUnit(domain, unit);
  if (levels === 1) return domain.min;
  if (domain.normal !== undefined) {
    const place = fromQuantile(domain.normal, normalRange(domain, levels), clamp(unit, 0, 1));
    return levelAt(domain, nearestLevel(domain, domain.scale === "log" ? Math.exp(place) : place));
  }
  if (domain.scale === "linear") return levelAt(domain, clamp(Math.floor(unit * levels), 0, levels - 1));
  return levelAt(domain, logLevel(domain, levels, unit));
}

/** Is it a number the domain can take, to the last bit? */
export function containsNumber(domain: NumericDomain, value: number): boolean {
  if (!(value >= domain.min && value <= domain.max)) return false;
  return domain.step === undefined || levelAt(domain, nearestLevel(domain, value)) === value;
}

function levelCount(domain: NumericDomain): number {
  if (domain.min === domain.max) return 1;
  if (domain.step === undefined) return Infinity;
  // A range of 0..0.3 in steps of 0.1 has four values although 0.3 / 0.1 is a little less than 3.
  return Math.floor((domain.max - domain.min) / domain.step + 1e-9) + 1;
}

/** min + index * step as it would be written down: 0.3, not 0.30000000000000004. */
function levelAt(domain: NumericDomain, index: number): number {
  const { min, step } = domain;
  if (step === undefined || index === 0) return min;
  const value = min + index * step;
  if (Number.isInteger(step) && Number.isInteger(min)) return value;
  return Math.min(Number(value.toFixed(Math.min(100, Math.max(decimals(min), decimals(step))))), domain.max);
}

function nearestLevel(domain: NumericDomain, value: number): number {
  const index = Math.round((value - domain.min) / (domain.step ?? 1));
  return clamp(index, 0, levelCount(domain) - 1);
}

/** Digits after the point: 2 for 0.25, 7 for 1e-7. */
function decimals(value: number): number {
  const [digits, exponent = "0"] = String(value).split("e");
  return Math.max(0, (digits!.split(".")[1]?.length ?? 0) - Number(exponent));
}

function scaled(domain: NumericDomain, value: number): number {
  return domain.scale === "log" ? Math.log(value) : value;
}

/** On the domain's scale; the cells of the first and last level reach half a step out, as those of all others do. */
function normalRange(domain: NumericDomain, levels: number): [number, number] {
  if (levels === Infinity) return scaledRange(domain);
  const half = (domain.step ?? 1) / 2;
  const low = domain.scale === "log" ? Math.max(domain.min - half, domain.min / 2) : domain.min - half;
  return [scaled(domain, low), scaled(domain, domain.max + half)];
}

/** P(low <= X <= place) / P(low <= X <= high); whichever tail is the thinner is added up, so that none is lost. */
function toQuantile({ mu, sigma }: Normal, [low, high]: readonly [number, number], place: number): number {
  const flip = low + high > 2 * mu ? -1 : 1;
  const at = (value: number): number => normalCdf((flip * (value - mu)) / sigma);
  return clamp((at(place) - at(low)) / (at(high) - at(low)), 0, 1);
}

function fromQuantile({ mu, sigma }: Normal, [low, high]: readonly [number, number], unit: number): number {
  const flip = low + high > 2 * mu ? -1 : 1;
  const at = (value: number): number => normalCdf((flip * (value - mu)) / sigma);
  const p = at(low) + unit * (at(high) - at(low));
  return clamp(mu + flip * sigma * normalQuantile(p), low, high);
}

function scaledRange(domain: NumericDomain): [number, number] {
  return [scaled(domain, domain.min), scaled(domain, domain.max)];
}

function continuousFromUnit(domain: NumericDomain, unit: number): number {
  if (unit <= 0) return domain.min;
  if (unit >= 1) return domain.max;
  const [low, high] = scaledRange(domain);
  const place =
    domain.normal === undefined ? low + unit * (high - low) : fromQuantile(domain.normal, [low, high], unit);
  const value = domain.scale === "log" ? roundRatio(Math.exp(place), high - low) : roundTo(place, domain);
  return clamp(value, domain.min, domain.max);
}

/** Ten digits of the range, but no finer than arithmetic at the size of its ends. */
function roundTo(value: number, { min, max }: NumericDomain): number {
  const byRange = 10 - Math.floor(Math.log10(max - min));
  const bySize = 14 - Math.ceil(Math.log10(Math.max(Math.abs(min), Math.abs(max))));
  return Number(value.toFixed(clamp(Math.min(byRange, bySize), 0, 100)));
}

/** `logRange`: log(max / min); a narrow range needs more digits to tell its values apart. */
function roundRatio(value: number, logRange: number): number {
  return Number(value.toPrecision(clamp(10 - Math.floor(Math.log10(logRange)), 10, 14)));
}

/** The outer cells reach as far out as they reach in. */
function logCellRange(domain: NumericDomain, levels: number): [number, number] {
  const at = (index: number): number => Math.log(levelAt(domain, index));
  const [first, second, beforeLast, last] = [at(0), at(1), at(levels - 2), at(levels - 1)];
  return [first - (second - first) / 2, last + (last - beforeLast) / 2];
}

function logLevel(domain: NumericDomain, levels: number, unit: number): number {
  const [low, high] = logCellRange(domain, levels);
  const place = low + unit * (high - low);
  const border = (index: number): number =>
    (Math.log(levelAt(domain, index)) + Math.log(levelAt(domain, index + 1))) / 2;
  let index = nearestLevel(domain, Math.exp(place));
  while (index > 0 && place < border(index - 1)) index--;
  while (index < levels - 1 && place >= border(index)) index++;
  return index;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
