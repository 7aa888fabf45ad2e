import { flow } from "./flow.ts";
import type { Ranking } from "./choose-ranking.ts";
import type { Proposal } from "./propose.ts";

/** How much a sweep searches. */
export interface Size {
  readonly trials: number;
  readonly epochs: number;
  /** Rows between two training windows (series). */
  readonly stride: number;
}

export interface SweepParts extends Size {
  readonly name: string;
  /** As `data.file` names it. */
  readonly file: string;
  readonly proposal: Proposal;
  readonly ranking: Ranking;
  /** Sentences for the head of the file. */
  readonly found: readonly string[];
  readonly workers: number;
  /** Whether repeating the last value is the forecast to beat: changes are predicted, and no season is known. */
  readonly wanders: boolean;
}

/** A sweep file with a comment for everything that was found or assumed. */
export function sweepText({
  name,
  file,
  proposal,
  ranking,
  found,
  workers,
  trials,
  epochs,
  stride,
  wanders,
}: SweepParts): string {
  const { settings, reasons, layout, task } = proposal;
  const series = layout === "series";
  const data = Object.entries(settings).map(([key, value]) => entry(`  ${key}`, value, reasons[key]));
  const auto = series && task === "regression";
  return `# Written by seqtune init, which looked at ${file}. Every line may be changed: docs/sweep-file.md says what each can be.
${found.map((sentence) => `# - ${sentence}\n`).join("")}
name: ${flow(name)}
seed: 1
method: ${trials >= 20 ? "tpe" : "random"}
metric: { name: ${ranking.metric} } # what trials are ranked by, on the validation rows

data:
  file: ${flow(file)}
${data.join("")}${ranking.folds === undefined ? "" : entry("  folds", ranking.folds, ranking.why)}${series && stride > 1 ? `  stride: ${stride} # one training window in ${stride}: neighbours say nearly the same\n` : ""}${
    auto
      ? "  # inputs and predict are auto: changes where levels drift, values elsewhere; `check` says which\n"
      : ""
  }
model: { schedule: cosine${task === "regression" ? ", loss: huber } # huber: single outliers count less" : " }"}

parameters:
${windowText(proposal.windows)}  layers: { values: [0, 1, 2] } # 0: a linear model
  hidden: { values: [16, 32, 64], when: { layers: [1, 2] } }
  dropout: { min: 0, max: 0.4, distribution: uniform, when: { layers: [1, 2] } }
  learning_rate: { min: 0.001, max: 0.02, distribution: log_uniform }
${wanders ? "  weight_decay: { min: 0.01, max: 10, distribution: log_uniform } # strong: forecasts stay close to the last value\n" : ""}
budget: { trials: ${trials}, epochs: ${epochs}, wall_time: 10m } # sized to end within about five minutes on this machine; more may be better
early_terminate: { type: median, min_epochs: ${Math.max(2, Math.floor(epochs / 4))} } # worse than half of the others so far: stopped
workers: ${workers}
`
    .replaceAll(/ # huber: single outliers count less\n\n\n/g, "\n\n")
    .replaceAll("\n\n\n", "\n\n");
}

function entry(key: string, value: unknown, reason: string | undefined): string {
  return `${key}: ${flow(value)}${reason === undefined || reason === "" ? "" : ` # ${reason}`}\n`;
}

function windowText(windows: readonly number[]): string {
  if (windows.length === 0) return "";
  return `  window: { values: ${flow(windows)} } # rows that a prediction sees\n`;
}
