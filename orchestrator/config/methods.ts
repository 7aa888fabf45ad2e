import { z } from "zod";
import type { Sampler } from "../../search/sampler.ts";
import { gridSampler } from "../../search/samplers/grid.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import type { Space } from "../../search/space.ts";

/** A search method as a sweep file names it. */
export interface Method {
  /** The settings beside `name`, all with defaults. */
  readonly settings: z.ZodObject;
  readonly about: string;
  /** Works through a finite list of configurations, so that every parameter needs one. */
  readonly finite: boolean;
  create(space: Space, settings: unknown): Sampler;
}

/** Every search method by its name in `method:`. */
export const methods: Readonly<Record<string, Method>> = {
  random: method({
    settings: z.strictObject({ name: z.literal("random") }),
    about: "every parameter drawn independently, no configuration twice",
    finite: false,
    create: (space) => randomSampler(space),
  }),
  grid: method({
    settings: z.strictObject({ name: z.literal("grid") }),
    about: "every configuration of a finite space once",
    finite: true,
    create: (space) => gridSampler(space),
  }),
};

/** The sampler a resolved `method:` asks for. */
export function createSampler(settings: { readonly name: string }, space: Space): Sampler {
  const chosen = methods[settings.name];
  if (chosen === undefined) throw new RangeError(`there is no search method "${settings.name}"`);
  return chosen.create(space, settings);
}

/** Ties the settings a factory gets to the schema they are read with. */
function method<Settings extends z.ZodObject>(entry: {
  readonly settings: Settings;
  readonly about: string;
  readonly finite: boolean;
  create(space: Space, settings: z.infer<Settings>): Sampler;
}): Method {
  return { ...entry, create: (space, settings) => entry.create(space, entry.settings.parse(settings)) };
}
