import type { History, TrialRecord } from "../../history.ts";
import type { Encoding } from "../bayes/encoding.ts";
import { fit, SCORE_NOISE_PRIOR } from "../gp/fit.ts";
import { fillAbsent, noiseShare } from "../gp/kernel.ts";
import { warp } from "../gp/warp.ts";

/** How many complete trials the noise is learned from, each time once: a fit of a Gaussian process takes as long as about ten suggestions. */
const LEARNED_FROM = [24, 48, 96] as const;
const MOST = LEARNED_FROM[LEARNED_FROM.length - 1]!;
/** Noise as a share of all variance. Below the first scores have none that matters; above the second they may have. */
const QUIET = 0.01;
const NOISY = 0.04;

/**
 * How free of noise a study's scores are, by the process that `gp` searches with (gp/fit.ts). It goes by the trials that were
 * complete first, which stay the same for good, so that a resumed study learns the same.
 */
export class Quiet {
  private readonly encoding: Encoding;
  private readonly learned = new WeakMap<History, Learned>();

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  /** 1: of noise there is no sign. 0: there may be, or too few trials are complete to say. */
  of(history: History): number {
    const learned = this.learned.get(history) ?? { read: 0, first: [], from: 0, quiet: 0 };
    this.learned.set(history, learned);
    for (; learned.read < history.ended.length && learned.first.length < MOST; learned.read++) {
      const record = history.trial(history.ended[learned.read]!);
      if (record.state === "complete" && Number.isFinite(record.best)) learned.first.push(record);
    }
    const from = LEARNED_FROM.findLast((count) => count <= learned.first.length) ?? 0;
    if (from > learned.from) {
      learned.from = from;
      learned.quiet = this.quiet(learned.first.slice(0, from));
    }
    return learned.quiet;
  }

  private quiet(trials: readonly TrialRecord[]): number {
    const { dimensions } = this.encoding;
    const fitted = fit(
      {
        xs: trials.map(({ params }) => fillAbsent(this.encoding.encode(params), dimensions)),
        ys: warp(Float64Array.from(trials, ({ best }) => best)),
        extraNoise: new Float64Array(trials.length),
      },
      dimensions,
      SCORE_NOISE_PRIOR,
    );
    return Math.min(1, Math.max(0, (NOISY - noiseShare(fitted)) / (NOISY - QUIET)));
  }
}

interface Learned {
  /** How many of the ended trials have been looked at. */
  read: number;
  /** Complete ones, in the order they ended, as many as are learned from at most. */
  readonly first: TrialRecord[];
  /** How many of them `quiet` is of. */
  from: number;
  quiet: number;
}
