import { SettingError, wholeNumber } from "../settings.ts";

export interface HalvingSettings {
  /** Epochs of a complete trial. */
  readonly epochs: number;
  /** The first rung: epochs before a trial is compared. Default 1. */
  readonly min_epochs?: number;
  /** Of the trials at a rung, one in `eta` goes on; the next rung is `eta` times further. Default 3. */
  readonly eta?: number;
}

/** A set of trials that are compared with each other, and the epochs at which they are. */
export interface Bracket {
  /** Rising, all below the epochs of a complete trial. */
  readonly rungs: readonly number[];
  readonly includes: (trial: number) => boolean;
}

/** Settings with defaults, checked; throws SettingError. */
export function halvingSettings({
  epochs,
  min_epochs = 1,
  eta = 3,
}: HalvingSettings): Required<HalvingSettings> {
  wholeNumber("epochs", epochs, 1);
  wholeNumber("min_epochs", min_epochs, 1);
  if (min_epochs > epochs) throw new SettingError("min_epochs", `at most epochs (${epochs})`, min_epochs);
  if (!(eta > 1 && eta < Infinity)) throw new SettingError("eta", "a number above 1", eta);
  return { epochs, min_epochs, eta };
}

/** min_epochs * eta^k, rounded, below `epochs`: 2, 8, 32 for 2, 4 and 51. */
export function geometricRungs({ epochs, min_epochs, eta }: Required<HalvingSettings>): readonly number[] {
  const rungs: number[] = [];
  for (let rung = min_epochs; Math.round(rung) < epochs; rung *= eta) {
    const whole = Math.round(rung);
    if (whole !== rungs.at(-1)) rungs.push(whole);
  }
  return rungs;
}

/**
 * The brackets of Hyperband (Li et al. 2018, JMLR 18, algorithm 1): bracket s leaves out the first s rungs, so that
 * the last one trains everything to the end. Trial numbers are dealt out evenly in proportion to the number of
 * configurations the paper starts in each bracket.
 */
export function hyperbandBrackets(settings: Required<HalvingSettings>): readonly Bracket[] {
  const rungs = geometricRungs(settings);
  const skips = Array.from({ length: rungs.length + 1 }, (_, skipped) => skipped);
  const weights = skips.map((skipped) => {
    const halvings = rungs.length - skipped;
    return Math.ceil(((rungs.length + 1) / (halvings + 1)) * settings.eta ** halvings);
  });
  const dealt = deal(weights);
  return skips.map((skipped) => ({
    rungs: rungs.slice(skipped),
    includes: (trial) => dealt[trial % dealt.length] === skipped,
  }));
}

/** One round of turns in which hand i gets weights[i] turns, spread evenly. */
function deal(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const credit = weights.map(() => 0);
  return Array.from({ length: total }, () => {
    for (const [hand, weight] of weights.entries()) credit[hand]! += weight;
    const next = credit.indexOf(Math.max(...credit));
    credit[next]! -= total;
    return next;
  });
}
