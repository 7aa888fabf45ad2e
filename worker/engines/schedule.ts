import type { ModelSettings } from "../protocol/model-settings.ts";

/** What reduce_on_plateau remembers between epochs. `best` is null before the first epoch. */
export interface PlateauState {
  readonly best: number | null;
  readonly waited: number;
  readonly scale: number;
}

export interface SchedulePlan {
  readonly learningRate: number;
  readonly stepsPerEpoch: number;
  /** Epochs that cosine and one_cycle last. */
  readonly epochs: number;
}

/** one_cycle starts at learning_rate / 25 and ends 10,000 times below that (PyTorch's OneCycleLR). */
const cycleStart = 1 / 25;
const cycleEnd = cycleStart / 1e4;

/**
 * The learning rate of each step. Steps count from 0 here (steps done before), so that the first one uses:
 * - constant: learning_rate;
 * - step: learning_rate × factor^⌊epoch / every⌋;
 * - cosine: learning_rate × (1 + cos(π step / steps)) / 2 (Loshchilov & Hutter 2017, without restarts);
 * - one_cycle: cosine up from 1/25 to learning_rate, then cosine down to 1/250,000 (Smith & Topin 2018);
 * - reduce_on_plateau: learning_rate × factor for every `patience` epochs without a better loss (as in Keras).
 */
export class LearningRate {
  private readonly model: ModelSettings;
  private readonly plan: SchedulePlan;
  private plateau: PlateauState;

  constructor(model: ModelSettings, plan: SchedulePlan, plateau?: PlateauState) {
    this.model = model;
    this.plan = plan;
    this.plateau = plateau ?? { best: null, waited: 0, scale: 1 };
  }

  at(step: number): number {
    return this.plan.learningRate * this.share(step);
  }

  /** Tells how the epoch went: its validation loss, or its training loss where there is none. */
  epochEnded(loss: number): void {
    if (this.model.schedule !== "reduce_on_plateau") return;
    const { best, waited, scale } = this.plateau;
    if (Number.isFinite(loss) && (best === null || loss < best))
      this.plateau = { best: loss, waited: 0, scale };
    else if (waited + 1 < this.model.schedule_patience) this.plateau = { best, waited: waited + 1, scale };
    else this.plateau = { best, waited: 0, scale: scale * this.model.schedule_factor };
  }

  state(): PlateauState | undefined {
    return this.model.schedule === "reduce_on_plateau" ? this.plateau : undefined;
  }

  private share(step: number): number {
    const { stepsPerEpoch, epochs } = this.plan;
    const total = stepsPerEpoch * epochs;
    const { schedule } = this.model;
    switch (schedule) {
      case "constant":
        return 1;
      case "step":
        return (
          this.model.schedule_factor **
          Math.floor(Math.floor(step / stepsPerEpoch) / this.model.schedule_every)
        );
      case "cosine":
        return between(1, 0, step / total);
      case "one_cycle": {
        const top = this.model.schedule_warmup * total - 1;
        if (step <= top) return between(cycleStart, 1, top === 0 ? 1 : step / top);
        return between(1, cycleEnd, (step - top) / (total - 1 - top));
      }
      case "reduce_on_plateau":
        return this.plateau.scale;
      default:
        return schedule satisfies never;
    }
  }
}

/** From `a` (progress 0) to `b` (progress 1 and beyond) along half a cosine. */
function between(a: number, b: number, progress: number): number {
  return b + ((a - b) / 2) * (1 + Math.cos(Math.PI * Math.min(1, progress)));
}
