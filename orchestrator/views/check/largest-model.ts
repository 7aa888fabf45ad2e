import { quantilesOf } from "../../../worker/data/outputs/quantiles.ts";
import { settingsFor, type Sweep } from "../../config/sweep.ts";
import { corners } from "./corners.ts";
import { mostFeatures, spanOf, type DataCase } from "./data-check.ts";
import { modelSize } from "./model-size.ts";
import type { SweepCheck } from "./sweep-check.ts";

/** What the number of weights and the memory of a model depend on, the data aside. */
const shaping: ReadonlySet<string> = new Set([
  "cell",
  "layers",
  "hidden",
  "bidirectional",
  "window",
  "batch_size",
  "loss",
  "quantiles",
]);

/** The model with the most weights that the sweep may train, with the most inputs and the largest batch. */
export function largestModel(
  sweep: Sweep,
  cases: readonly [DataCase, ...DataCase[]],
): SweepCheck["largestModel"] {
  const features = mostFeatures(cases).length;
  const outputs = cases[0].summary.outputs.length;
  const longest = spanOf(cases, ({ window }) => window).most;
  let largest: SweepCheck["largestModel"] | undefined;
  for (const params of corners(sweep.space, (name) => shaping.has(name))) {
    const resolved = settingsFor(sweep, params);
    if (!resolved.ok) continue;
    const { model, data } = resolved.settings;
    const window = data.layout === "series" ? data.window : longest;
    const ofEach = Math.max(1, quantilesOf(model).length);
    const dims = { features, window, outputs: outputs * ofEach };
    const size = { ...modelSize(model, dims), batch: model.batch_size };
    if (largest === undefined || isLarger(size, largest)) largest = size;
  }
  return largest ?? { parameters: 0, hidden: [], bytes: 0, batch: 0 };
}

function isLarger(a: SweepCheck["largestModel"], b: SweepCheck["largestModel"]): boolean {
  return a.parameters === b.parameters ? a.bytes > b.bytes : a.parameters > b.parameters;
}
