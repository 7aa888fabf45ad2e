import type { ComparisonRow, EvaluationRow } from "../../storage/store.ts";
import { studentQuantile } from "../repeats/student.ts";

/**
 * A model beside a baseline: `beats` and `loses` where the interval lies on one side of no difference, `ties` where it lies
 * close around it, `unclear` where it is too wide to say.
 */
export type Standing = "beats" | "ties" | "unclear" | "loses";

/** A model beside one baseline. */
export interface Judged {
  readonly baseline: string;
  readonly naive: boolean;
  readonly kind: ComparisonRow["kind"];
  /**
   * Below 0 the model is better. Squared and absolute errors: its mean error over that of the baseline, less 1; `wrong`:
   * the difference of the shares of wrong labels.
   */
  readonly difference: number;
  /** 95 % interval of `difference`; `null` where the samples are too few, or depend on one another too much, for one. */
  readonly interval: readonly [low: number, high: number] | null;
  readonly standing: Standing;
}

/** What the samples of one part say, the strongest baseline first. */
export interface Judgement {
  readonly split: EvaluationRow["split"];
  readonly samples: number;
  /** Independent blocks of samples that the intervals rest on. */
  readonly blocks: number;
  readonly against: readonly Judged[];
}

/**
 * `best`: beats every baseline. `level`: none beats it, and not all are beaten. `beaten`: better than every naive
 * baseline, and worse than another one. `useless`: no better than the best naive baseline.
 */
export type Worth = "best" | "level" | "beaten" | "useless";

/** Something worth doing to a sweep, and why, in a sentence without a full stop. */
export interface NextStep {
  /**
   * `change`: predict and show changes, levels drift; `linear`: a baseline does as well; `folds`: too little to validate
   * on; `lucky`: the best was probably lucky, and another one is expected to be better; `widen`: the best stands at the edge of a range.
   */
  readonly kind: "change" | "linear" | "folds" | "lucky" | "widen";
  readonly sentence: string;
  /** The part of the sentence that is a command to type, where there is one, for the database that is taken by default. */
  readonly command?: string;
}

/** What a trial's model is worth, from all that is known of it: test rows decide once they were looked at. */
export interface StudyVerdict {
  readonly trial: number;
  readonly worth: Worth;
  /** In one sentence, without a full stop. */
  readonly sentence: string;
  readonly validation: Judgement | null;
  readonly test: Judgement | null;
  /** What to do next, the most pressing first. */
  readonly steps: readonly NextStep[];
}

/** `null` where there is nothing to compare with. */
export function judge(row: EvaluationRow): Judgement | null {
  const { split, windows: samples, comparisons } = row;
  if (comparisons.length === 0) return null;
  const against = [...comparisons].sort((a, b) => a.other - b.other).map(judgeOne);
  return { split, samples, blocks: Math.min(...comparisons.map(({ blocks }) => blocks)), against };
}

const confidence = 0.95;
/** An interval within these is a tie: shares of the baseline's error, and shares of wrong labels. */
const closeBy = { squared: 0.05, absolute: 0.05, wrong: 0.02 } as const;

function judgeOne({ baseline, naive, kind, own, other, error, blocks }: ComparisonRow): Judged {
  const difference = kind === "wrong" ? own - other : own / other - 1;
  const about = { baseline, naive, kind, difference };
  if (error === null || blocks < 2) return { ...about, interval: null, standing: "unclear" };
  const margin = studentQuantile((1 + confidence) / 2, blocks - 1) * error;
  // An error cannot be smaller than none, nor a share of wrong labels larger than all.
  const least = kind === "wrong" ? -other : -1;
  const most = kind === "wrong" ? 1 - other : Infinity;
  const [low, high] = [Math.max(least, difference - margin), Math.min(most, difference + margin)];
  return { ...about, interval: [low, high], standing: standingOf(low, high, closeBy[kind]) };
}

function standingOf(low: number, high: number, close: number): Standing {
  if (high < 0) return "beats";
  if (low > 0) return "loses";
  return low >= -close && high <= close ? "ties" : "unclear";
}

export function worthOf({ against }: Judgement): Worth {
  const naive = against.find((one) => one.naive);
  if (naive !== undefined && naive.difference >= 0) return "useless";
  if (against.some(({ standing }) => standing === "loses")) return "beaten";
  return against.every(({ standing }) => standing === "beats") ? "best" : "level";
}
