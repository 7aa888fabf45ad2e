import { z } from "zod";
import type { Goals } from "../../search/goals/goals.ts";
import { goalsAshaPromotion, goalsHyperbandPromotion } from "../../search/goals/promotion.ts";
import { goalsAsha, goalsHyperband, goalsPercentile } from "../../search/goals/pruners.ts";
import type { Pruner } from "../../search/pruner.ts";
import { chancePruner } from "../../search/pruners/chance.ts";
import { ashaPruner, hyperbandPruner } from "../../search/pruners/halving.ts";
import { patiencePruner } from "../../search/pruners/patience.ts";
import { medianPruner, percentilePruner } from "../../search/pruners/percentile.ts";
import { thresholdPruner } from "../../search/pruners/threshold.ts";
import type { Sampler } from "../../search/sampler.ts";
import { ashaPromotion, hyperbandPromotion } from "../../search/samplers/promotion.ts";
import { thaw } from "../../search/samplers/thaw.ts";
import type { Scheduler } from "../../search/scheduler.ts";

/** What a rule may know of the sweep besides its own settings. */
export interface RuleContext {
  /** Name of the ranking metric, for the sentences. */
  readonly metric: string;
  /** Several metrics, or constraints; absent: that metric is all. */
  readonly goals?: Goals | undefined;
  /** Epochs of a complete trial. */
  readonly epochs: number;
  /** Trials the sweep starts at most; absent: no limit. */
  readonly trials?: number | undefined;
}

/** How a rule takes part in a sweep. */
export type Termination =
  /** It stops trials. */
  | { readonly kind: "pruner"; readonly pruner: Pruner }
  /** It pauses trials, and decides which of them go on before the sampler is asked for a new one. */
  | { readonly kind: "scheduler"; wrap(inner: Sampler): Scheduler };

/** A rule of early termination as a sweep file names it. */
export interface PrunerKind {
  /** The settings beside `type`. */
  readonly settings: z.ZodObject;
  readonly about: string;
  /** Throws SettingError (search/settings.ts) for a setting out of range. */
  create(context: RuleContext, settings: unknown): Termination;
}

const schedule = {
  min_epochs: z.int().min(1).default(1).describe("No trial is stopped before this epoch"),
  interval: z.int().min(1).default(1).describe("Epochs between two verdicts on a trial"),
};
const comparison = {
  ...schedule,
  min_trials: z.int().min(1).default(4).describe("Other trials that must have reached the epoch"),
};
const etaSchema = z.number().gt(1).max(1000);
const halving = {
  mode: z
    .enum(["promote", "stop"])
    .default("promote")
    .describe(
      "promote: every trial pauses at a rung and the best continue later; stop: the others end there",
    ),
  min_epochs: z.int().min(1).default(2).describe("The first rung"),
  eta: etaSchema
    .default(4)
    .describe(
      "Keep the best 1/eta of the trials at each rung; each rung is eta times as far as the one before",
    ),
};

/** Every rule of early termination by its name in `type:`. */
export const pruners: Readonly<Record<string, PrunerKind>> = {
  median: rule({
    settings: z.strictObject({ type: z.literal("median"), ...comparison }),
    about: "stops a trial whose best score so far is worse than the median of the others at that epoch",
    create: ({ metric, goals }, settings) =>
      stopping(
        goals === undefined
          ? medianPruner(metric, settings)
          : goalsPercentile(goals, { ...settings, percentile: 50 }),
      ),
  }),
  percentile: rule({
    settings: z.strictObject({
      type: z.literal("percentile"),
      percentile: z.number().min(0).max(100).describe("Keep the top N percent"),
      ...comparison,
    }),
    about: "stops a trial outside the top N percent at that epoch",
    create: ({ metric, goals }, settings) =>
      stopping(goals === undefined ? percentilePruner(metric, settings) : goalsPercentile(goals, settings)),
  }),
  asha: rule({
    settings: z.strictObject({ type: z.literal("asha"), ...halving }),
    about: "asynchronous successive halving: compares trials at rungs and continues the best 1/`eta`",
    create: ({ metric, epochs, trials, goals }, { mode, min_epochs, eta }) =>
      mode === "stop"
        ? stopping(
            goals === undefined
              ? ashaPruner(metric, { epochs, min_epochs, eta })
              : goalsAsha(goals, { epochs, min_epochs, eta }),
          )
        : scheduling((inner) => {
            const promotion = { epochs, min_epochs, eta, ...limit(trials) };
            return goals === undefined
              ? ashaPromotion(inner, metric, promotion)
              : goalsAshaPromotion(inner, goals, promotion);
          }),
  }),
  hyperband: rule({
    settings: z.strictObject({ type: z.literal("hyperband"), ...halving }),
    about: "several successive halvings side by side, each with a later first rung",
    create: ({ metric, epochs, trials, goals }, { mode, min_epochs, eta }) =>
      mode === "stop"
        ? stopping(
            goals === undefined
              ? hyperbandPruner(metric, { epochs, min_epochs, eta })
              : goalsHyperband(goals, { epochs, min_epochs, eta }),
          )
        : scheduling((inner) => {
            const promotion = { epochs, min_epochs, eta, ...limit(trials) };
            return goals === undefined
              ? hyperbandPromotion(inner, metric, promotion)
              : goalsHyperbandPromotion(inner, goals, promotion);
          }),
  }),
  chance: rule({
    settings: z.strictObject({
      type: z.literal("chance"),
      min_chance: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe("Stop a trial when its chance to become the best falls below this"),
      min_epochs: z.int().min(1).default(2).describe("No trial is stopped before this epoch"),
      eta: etaSchema
        .default(3)
        .describe("Keep the best 1/eta of the trials at an epoch whatever their chance"),
    }),
    about: "forecasts each curve from the others and stops trials unlikely to become the best",
    create: ({ metric, epochs }, { min_chance, min_epochs, eta }) =>
      stopping(chancePruner(metric, { epochs, min_chance, min_epochs, eta })),
  }),
  thaw: rule({
    settings: z.strictObject({
      type: z.literal("thaw"),
      min_epochs: z.int().min(1).default(2).describe("The first pause"),
      eta: etaSchema.default(3).describe("Continue the best 1/eta of the trials at a pause by rank alone"),
      share: z
        .number()
        .min(0)
        .max(1)
        .default(0.15)
        .describe("Share of all epochs spent on the most promising forecasts"),
    }),
    about: "pauses trials often and continues those with the most promising forecasts",
    create: ({ metric, epochs, trials }, { min_epochs, eta, share }) =>
      scheduling((inner) => thaw(inner, metric, { epochs, min_epochs, eta, share, ...limit(trials) })),
  }),
  threshold: rule({
    settings: z.strictObject({
      type: z.literal("threshold"),
      min: z.number().exactOptional().describe("Stop below this value of the metric"),
      max: z.number().exactOptional().describe("Stop above this value of the metric"),
      ...schedule,
    }),
    about: "stops a trial whose metric is not finite or beyond a bound",
    create: ({ metric }, settings) => stopping(thresholdPruner(metric, settings)),
  }),
  patience: rule({
    settings: z.strictObject({
      type: z.literal("patience"),
      patience: z.int().min(1).describe("Epochs without improvement to tolerate"),
      min_delta: z
        .number()
        .min(0)
        .default(0)
        .describe("An improvement is larger than this, in units of the metric"),
      min_epochs: schedule.min_epochs,
    }),
    about: "stops a trial that has not improved for some epochs",
    create: ({ metric }, settings) => stopping(patiencePruner(metric, settings)),
  }),
};

/** The rule a resolved entry of `early_terminate:` asks for. */
export function createTermination(settings: { readonly type: string }, context: RuleContext): Termination {
  const kind = pruners[settings.type];
  if (kind === undefined) throw new RangeError(`there is no early termination "${settings.type}"`);
  return kind.create(context, settings);
}

function stopping(pruner: Pruner): Termination {
  return { kind: "pruner", pruner };
}

function scheduling(wrap: (inner: Sampler) => Scheduler): Termination {
  return { kind: "scheduler", wrap };
}

function limit(trials: number | undefined): { readonly trials?: number } {
  return trials === undefined ? {} : { trials };
}

/** Ties the settings a factory gets to the schema they are read with. */
function rule<Settings extends z.ZodObject>(entry: {
  readonly settings: Settings;
  readonly about: string;
  create(context: RuleContext, settings: z.infer<Settings>): Termination;
}): PrunerKind {
  return { ...entry, create: (context, settings) => entry.create(context, entry.settings.parse(settings)) };
}
