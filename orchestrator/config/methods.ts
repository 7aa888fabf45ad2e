import { z } from "zod";
import { goalsBayesSampler } from "../../search/goals/bayes.ts";
import type { Goals } from "../../search/goals/goals.ts";
import { goalsGpSampler } from "../../search/goals/gp.ts";
import { goalsTpeSampler } from "../../search/goals/tpe.ts";
import type { Sampler } from "../../search/sampler.ts";
import { bayesSampler } from "../../search/samplers/bayes.ts";
import { gpSampler } from "../../search/samplers/gp.ts";
import { gridSampler } from "../../search/samplers/grid.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { sobolSampler } from "../../search/samplers/sobol.ts";
import { tpeSampler } from "../../search/samplers/tpe.ts";
import type { Space } from "../../search/space.ts";
import { rangeStudySchema } from "./range-test.ts";

/** What a sampler may know of the sweep besides its own settings. */
export interface MethodContext {
  readonly space: Space;
  /** The sweep's. */
  readonly seed: number;
  /** Several metrics, or constraints; absent: one metric is all. */
  readonly goals?: Goals | undefined;
  /** Trials the sweep starts at most; absent: no limit. */
  readonly trials?: number | undefined;
}

/** A search method as a sweep file names it. */
export interface Method {
  /** The settings beside `name`, all with defaults. */
  readonly settings: z.ZodObject;
  readonly about: string;
  /** Works through a finite list of configurations, so that every parameter needs one. */
  readonly finite: boolean;
  /** Throws SettingError (search/settings.ts) for a setting out of range. */
  create(context: MethodContext, settings: unknown): Sampler;
}

const startupSchema = z
  .int()
  .min(1)
  .describe("Trials before the model takes over; with several workers half of them must have ended");

/** Every search method by its name in `method:`. */
export const methods: Readonly<Record<string, Method>> = {
  random: method({
    settings: z.strictObject({ name: z.literal("random") }),
    about: "every parameter drawn independently, no configuration twice",
    finite: false,
    create: ({ space }) => randomSampler(space),
  }),
  grid: method({
    settings: z.strictObject({ name: z.literal("grid") }),
    about: "every configuration of a finite space once",
    finite: true,
    create: ({ space }) => gridSampler(space),
  }),
  lr_range: method({
    settings: rangeStudySchema,
    about:
      "no training: a learning-rate range test for every configuration of a finite space (docs/lr-range.md)",
    finite: true,
    create: ({ space }) => gridSampler(space),
  }),
  sobol: method({
    settings: z.strictObject({ name: z.literal("sobol") }),
    about: "a scrambled Sobol sequence: covers the space more evenly than random",
    finite: false,
    create: ({ space, seed }) => sobolSampler(space, { seed }),
  }),
  bayes: method({
    settings: z.strictObject({
      name: z.literal("bayes"),
      startup_trials: startupSchema.exactOptional(),
    }),
    about: "gp or tpe, whichever suits the space and the budget; says which when the sweep starts",
    finite: false,
    create: ({ space, seed, trials, goals }, settings) => {
      const given = { seed, ...(trials === undefined ? {} : { trials }), ...startup(settings) };
      return goals === undefined ? bayesSampler(space, given) : goalsBayesSampler(space, goals, given);
    },
  }),
  gp: method({
    settings: z.strictObject({
      name: z.literal("gp"),
      startup_trials: startupSchema.default(6),
    }),
    about: "a Gaussian process, and the configuration with the largest expected improvement",
    finite: false,
    create: ({ space, seed, goals }, { startup_trials }) => {
      const given = { seed, startup_trials };
      return goals === undefined ? gpSampler(space, given) : goalsGpSampler(space, goals, given);
    },
  }),
  tpe: method({
    settings: z.strictObject({
      name: z.literal("tpe"),
      startup_trials: startupSchema.default(7),
      candidates: z
        .int()
        .min(1)
        .max(10_000)
        .default(128)
        .describe("Candidate configurations per suggestion; the best is tried"),
    }),
    about:
      "prefers configurations that resemble good ones more than bad ones (tree-structured Parzen estimator)",
    finite: false,
    create: ({ space, seed, goals }, { startup_trials, candidates }) => {
      const given = { seed, startup_trials, candidates };
      return goals === undefined ? tpeSampler(space, given) : goalsTpeSampler(space, goals, given);
    },
  }),
};

function startup({ startup_trials: trials }: { readonly startup_trials?: number }): {
  startup_trials?: number;
} {
  return trials === undefined ? {} : { startup_trials: trials };
}

/** The sampler a resolved `method:` asks for. */
export function createSampler(settings: { readonly name: string }, context: MethodContext): Sampler {
  const chosen = methods[settings.name];
  if (chosen === undefined) throw new RangeError(`there is no search method "${settings.name}"`);
  return chosen.create(context, settings);
}

/** Ties the settings a factory gets to the schema they are read with. */
function method<Settings extends z.ZodObject>(entry: {
  readonly settings: Settings;
  readonly about: string;
  readonly finite: boolean;
  create(context: MethodContext, settings: z.infer<Settings>): Sampler;
}): Method {
  return { ...entry, create: (context, settings) => entry.create(context, entry.settings.parse(settings)) };
}
