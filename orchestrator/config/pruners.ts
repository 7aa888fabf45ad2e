import { z } from "zod";
import type { Pruner } from "../../search/pruner.ts";
import { anyOf } from "../../search/pruners/any-of.ts";
import { patiencePruner } from "../../search/pruners/patience.ts";
import { medianPruner, percentilePruner } from "../../search/pruners/percentile.ts";
import { thresholdPruner } from "../../search/pruners/threshold.ts";

/** A rule of early termination as a sweep file names it. */
export interface PrunerKind {
  /** The settings beside `type`. */
  readonly settings: z.ZodObject;
  readonly about: string;
  /** `metric`: name of the ranking metric, for the sentences. */
  create(metric: string, settings: unknown): Pruner;
}

const schedule = {
  min_epochs: z.int().min(1).default(1).describe("No trial is stopped before this epoch"),
  interval: z.int().min(1).default(1).describe("Epochs between two looks at a trial"),
};
const comparison = {
  ...schedule,
  min_trials: z.int().min(1).default(4).describe("Other trials that must have reached the epoch"),
};

/** Every rule of early termination by its name in `type:`. */
export const pruners: Readonly<Record<string, PrunerKind>> = {
  median: pruner({
    settings: z.strictObject({ type: z.literal("median"), ...comparison }),
    about: "stops a trial whose best score so far is worse than the median of the others at that epoch",
    create: (metric, settings) => medianPruner(metric, settings),
  }),
  percentile: pruner({
    settings: z.strictObject({
      type: z.literal("percentile"),
      percentile: z.number().min(0).max(100).describe("Trials among the best so many per cent go on"),
      ...comparison,
    }),
    about: "stops a trial that is not among the best so many per cent at that epoch",
    create: (metric, settings) => percentilePruner(metric, settings),
  }),
  threshold: pruner({
    settings: z.strictObject({
      type: z.literal("threshold"),
      min: z.number().exactOptional().describe("Stop below this value of the metric"),
      max: z.number().exactOptional().describe("Stop above this value of the metric"),
      ...schedule,
    }),
    about: "stops a trial whose metric is not finite or beyond a bound",
    create: (metric, settings) => thresholdPruner(metric, settings),
  }),
  patience: pruner({
    settings: z.strictObject({
      type: z.literal("patience"),
      patience: z.int().min(1).describe("Epochs without improvement that are borne"),
      min_delta: z
        .number()
        .min(0)
        .default(0)
        .describe("An improvement is larger than this, in units of the metric"),
      min_epochs: schedule.min_epochs,
    }),
    about: "stops a trial that has not improved for some epochs",
    create: (metric, settings) => patiencePruner(metric, settings),
  }),
};

/** One pruner that stops a trial when any of the rules would; undefined without rules. */
export function createPruner(
  rules: readonly { readonly type: string }[],
  metric: string,
): Pruner | undefined {
  const all = rules.map((rule) => {
    const kind = pruners[rule.type];
    if (kind === undefined) throw new RangeError(`there is no early termination "${rule.type}"`);
    return kind.create(metric, rule);
  });
  return all.length > 1 ? anyOf(all) : all[0];
}

/** Ties the settings a factory gets to the schema they are read with. */
function pruner<Settings extends z.ZodObject>(entry: {
  readonly settings: Settings;
  readonly about: string;
  create(metric: string, settings: z.infer<Settings>): Pruner;
}): PrunerKind {
  return { ...entry, create: (metric, settings) => entry.create(metric, entry.settings.parse(settings)) };
}
