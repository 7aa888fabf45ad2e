import type { Metrics } from "../data/outputs/metric.ts";
import type { EpochResult, TrainEnd } from "../engines/engine.ts";

/** Where a trial diverged, and why. */
export interface Diverged {
  readonly epoch: number;
  readonly step: number;
  readonly reason: string;
}

/** Of the first fold whose training loss exploded; null when none did. */
export function divergedLoss(ends: readonly TrainEnd[]): Diverged | null {
  const end = ends.find((one) => one.kind === "diverged");
  if (end === undefined) return null;
  const { epoch, step, loss } = end;
  const what = Number.isFinite(loss) ? `exploded to ${loss.toPrecision(3)}` : `became ${String(loss)}`;
  return { epoch, step, reason: `the training loss ${what} in epoch ${epoch}, step ${step}` };
}

/** Of an epoch whose validation loss or ranking metric is no number; null when both are. */
export function divergedMetric(
  { epoch, step }: EpochResult,
  metrics: Metrics,
  ranking: { readonly name: string; readonly value: number },
): Diverged | null {
  if (Number.isFinite(ranking.value) && Number.isFinite(metrics["val_loss"])) return null;
  return { epoch, step, reason: `${ranking.name} became ${String(ranking.value)} at epoch ${epoch}` };
}
