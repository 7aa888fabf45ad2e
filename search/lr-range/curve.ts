/** How a range test walks through learning rates. */
export interface RangeWalk {
  /** Learning rates of the first and the last step, above 0, `from` below `to`. */
  readonly from: number;
  readonly to: number;
  /** At least 2. */
  readonly steps: number;
}

/** How the losses of a range test are read. */
export interface RangeReading {
  /** Share of the past in the moving average, 0 (none) to below 1. */
  readonly smoothing: number;
  /** The loss has diverged where its average exceeds this many times the least average before it; above 1. */
  readonly divergence: number;
}

/** One step: the loss of its batch, measured before the update with `rate`, as fastai and others record it. */
export interface RangePoint {
  readonly rate: number;
  readonly loss: number;
}

export interface SmoothedPoint extends RangePoint {
  readonly smoothed: number;
}

export const defaultWalk: RangeWalk = { from: 1e-6, to: 10, steps: 300 };
export const defaultReading: RangeReading = { smoothing: 0.9, divergence: 4 };

/** The learning rate of a step, counted from 0: each is the one before times the same factor. */
export function rateAt({ from, to, steps }: RangeWalk, step: number): number {
  return from * (to / from) ** (step / (steps - 1));
}

/** Exponential moving average with the bias of its start at 0 taken out (as in Adam, Kingma and Ba 2015). */
export class Smoother {
  private readonly share: number;
  private sum = 0;
  private weight = 0;

  constructor(share: number) {
    this.share = share;
  }

  add(value: number): number {
    this.sum = this.share * this.sum + (1 - this.share) * value;
    this.weight = this.share * this.weight + (1 - this.share);
    return this.sum / this.weight;
  }
}

/** Watches a test as it runs, or reads it afterwards: smooths each loss and says when it has diverged. */
export class DivergenceWatch {
  private readonly smoother: Smoother;
  private readonly factor: number;
  private least = Infinity;

  constructor({ smoothing, divergence }: RangeReading) {
    this.smoother = new Smoother(smoothing);
    this.factor = divergence;
  }

  /** A loss that is not finite has diverged. */
  add(loss: number): { readonly smoothed: number; readonly diverged: boolean } {
    const smoothed = this.smoother.add(loss);
    const diverged = !Number.isFinite(smoothed) || smoothed > this.factor * this.least;
    if (smoothed < this.least) this.least = smoothed;
    return { smoothed, diverged };
  }
}
