import { rngFor, shuffle } from "../../../search/random.ts";
import { dealByLabel } from "./deal-labels.ts";
import { requireFractions, type SplitShares, type SplitName } from "./split.ts";

/** Samples may be left out of all three. */
export type Part = SplitName | "unused";

/** What draws keep in proportion. */
export interface Drawn {
  /** Samples of the same class, or of the same labels. */
  readonly strata: readonly (readonly number[])[];
  /** By sample. */
  readonly labels: readonly (readonly string[])[];
  /** Several labels a sample: there may be nearly as many strata as samples. */
  readonly mixed: boolean;
}

export function unusedParts(samples: number): Part[] {
  return Array.from({ length: samples }, () => "unused");
}

/** Cuts every stratum by the fractions of `split`. */
export function drawParts(
  samples: number,
  split: SplitShares,
  { strata, labels, mixed }: Drawn,
  seed: number,
): Part[] {
  const shares = sharesOf(split);
  const rng = rngFor(seed, "split");
  const parts = unusedParts(samples);
  const rounding = shares.map(() => new Rounding());
  const countsOf = (n: number): (readonly [Part, number])[] => {
    let reached = 0;
    let whole = 0;
    return shares.map(({ part, share }, i) => {
      whole += share;
      const end = i === shares.length - 1 ? n : rounding[i]!.round(whole * n, i === 0 ? 1 : reached, n);
      const count = end - reached;
      reached = end;
      return [part, count];
    });
  };
  const { own, together } = mixed ? apart(strata, shares) : { own: strata, together: [] };
  for (const stratum of own) {
    let next = 0;
    const shuffled = shuffle([...stratum], rng);
    for (const [part, count] of countsOf(stratum.length)) {
      for (const sample of shuffled.slice(next, next + count)) parts[sample] = part;
      next += count;
    }
  }
  if (together.length > 0) {
    const shuffled = shuffle([...together], rng);
    const dealt = dealByLabel(shuffled, (sample) => labels[sample]!, countsOf(together.length));
    for (const [sample, part] of dealt) parts[sample] = part;
  }
  return parts;
}

interface Share {
  readonly part: Part;
  readonly share: number;
}

/** The parts that make up the whole: the last takes the rest. */
function sharesOf({ train, validation, test }: SplitShares): readonly Share[] {
  requireFractions({ train, validation, test });
  const rest = Math.max(0, 1 - train - validation - (test ?? 0));
  const shares: Share[] = [
    { part: "train", share: train },
    { part: "validation", share: validation },
  ];
  if (test === undefined) return [...shares, { part: "test", share: rest }];
  return [...shares, { part: "test", share: test }, { part: "unused", share: rest }];
}

/** Strata with a sample for each part are cut by themselves, the samples of smaller ones are dealt out together. */
function apart(
  strata: Drawn["strata"],
  shares: readonly Share[],
): { own: Drawn["strata"]; together: readonly number[] } {
  const least = Math.min(...shares.map(({ share }) => share).filter((share) => share > 1e-9));
  const isSmall = (stratum: readonly number[]): boolean => stratum.length * least < 1 - 1e-9;
  return { own: strata.filter((stratum) => !isSmall(stratum)), together: strata.filter(isSmall).flat() };
}

/** Where a sample more or less is no more than two in a hundred. */
const largeStratum = 50;

/** Rounds the sizes of small strata so that together they are not off by more than one, or little more. */
class Rounding {
  private error = 0;

  /** `exact` to a whole number from `low` to `high`. */
  round(exact: number, low: number, high: number): number {
    const near = Math.round(exact);
    const within = (count: number): number => Math.max(low, Math.min(high, count));
    if (high >= largeStratum) return within(near);
    const error = this.error + near - exact;
    const count = within(Math.abs(error) <= 1 + 1e-9 ? near : near - Math.sign(error));
    this.error += count - exact;
    return count;
  }
}

/** Moves a share of each stratum's training samples to validation. */
export function drawValidation(
  parts: Part[],
  { strata, labels, mixed }: Drawn,
  share: number,
  seed: number,
): void {
  const rng = rngFor(seed, "validation");
  const rounding = new Rounding();
  const training = strata.map((stratum) => stratum.filter((sample) => parts[sample] === "train"));
  const countOf = (n: number): number => rounding.round(share * n, 0, Math.max(0, n - 1));
  const shares: Share[] = [
    { part: "train", share: 1 - share },
    { part: "validation", share },
  ];
  const { own, together } = mixed ? apart(training, shares) : { own: training, together: [] };
  for (const stratum of own) {
    const trained = shuffle([...stratum], rng);
    for (const sample of trained.slice(0, countOf(trained.length))) parts[sample] = "validation";
  }
  if (together.length === 0) return;
  const moved = countOf(together.length);
  const room = [["train", together.length - moved] as const, ["validation", moved] as const];
  const dealt = dealByLabel(shuffle([...together], rng), (sample) => labels[sample]!, room);
  for (const [sample, part] of dealt) parts[sample] = part;
}

/**
 * Deals the samples that are not for testing out to folds, stratum by stratum, and validates on one of them. The only
 * sample of a class is trained on in every fold.
 */
export function drawFold(
  parts: Part[],
  { strata, mixed }: Drawn,
  folds: number,
  fold: number,
  seed: number,
): void {
  const rng = rngFor(seed, "folds");
  let dealt = 0;
  for (const stratum of strata) {
    const shuffled = shuffle([...stratum], rng);
    const open = shuffled.filter((sample) => parts[sample] !== "test" && parts[sample] !== "unused");
    const only = open.length === 1 && !mixed;
    for (const sample of open) {
      parts[sample] = !only && dealt++ % folds === fold ? "validation" : "train";
    }
  }
}
