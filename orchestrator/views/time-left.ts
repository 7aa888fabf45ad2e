/** How far a study is, for an estimate of the rest. */
export interface Progress {
  /** Trials of the budget that have not ended or begun. */
  readonly waiting: number;
  /** Epochs done by each running trial. */
  readonly running: readonly number[];
  /** Trials that ended, by the epochs they had. */
  readonly lengths: ReadonlyMap<number, number>;
  /** Epochs of a trial that nothing stops. */
  readonly epochs: number;
  /** Epochs per millisecond, all workers together; 0 while that is unknown. */
  readonly rate: number;
}

/** Fewer trials that ended say nothing of how long the next ones will be. */
const fewest = 2;

/**
 * Milliseconds until the last trial ends, `null` while too little is known. How long trials last with early termination comes
 * from those that ended and those that still run (Kaplan & Meier 1958, Nonparametric estimation from incomplete observations):
 * the mean of the ended ones alone would be too small, since short ones end first.
 */
export function timeLeft({ waiting, running, lengths, epochs, rate }: Progress): number | null {
  const ended = [...lengths.values()].reduce((sum, count) => sum + count, 0);
  if (waiting === 0 && running.length === 0) return 0;
  if (rate <= 0 || ended < fewest) return null;
  const survival = survivalOf(lengths, running, epochs);
  const rest = (from: number): number => {
    const here = survival[from] ?? 0;
    if (here <= 0) return Math.max(0, epochs - from);
    let sum = 0;
    for (let k = from; k < epochs; k++) sum += survival[k]!;
    return sum / here;
  };
  const work = waiting * rest(0) + running.reduce((sum, done) => sum + rest(done), 0);
  return work / rate;
}

/** Trials by the epochs they had. */
export function lengthsOf(trials: readonly { readonly epochsDone: number }[]): ReadonlyMap<number, number> {
  const lengths = new Map<number, number>();
  for (const { epochsDone } of trials) lengths.set(epochsDone, (lengths.get(epochsDone) ?? 0) + 1);
  return lengths;
}

/** The share of trials that go on after each number of epochs, from 0. */
function survivalOf(
  lengths: ReadonlyMap<number, number>,
  running: readonly number[],
  epochs: number,
): readonly number[] {
  const survival = [1];
  for (let k = 1; k < epochs; k++) {
    const ending = lengths.get(k) ?? 0;
    const later = [...lengths].reduce((sum, [length, count]) => sum + (length >= k ? count : 0), 0);
    const seen = later + running.filter((done) => done >= k).length;
    survival.push(survival[k - 1]! * (seen === 0 ? 1 : 1 - ending / seen));
  }
  return survival;
}
