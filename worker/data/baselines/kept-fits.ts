import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { dataSettingsSchema, type DataSettings } from "../../protocol/data-settings.ts";
import { fittedSchema } from "./fitted.ts";

/** Simple methods fitted for one part of the data, to be used again where the same would be fitted. */
const partFitsSchema = z.strictObject({
  /** Rows before the first prediction, which the methods were fitted for; null for samples. */
  before: z.int().min(0).nullable(),
  found: z.array(z.strictObject({ name: z.string(), naive: z.boolean(), fitted: fittedSchema })),
});
export type PartFits = z.infer<typeof partFitsSchema>;

/** What the baselines of a study have learned, on validation rows. */
const keptFitsSchema = z.strictObject({
  settings: dataSettingsSchema,
  /** By fold; one without folds. */
  parts: z.array(partFitsSchema).min(1),
});
export type KeptFits = z.infer<typeof keptFitsSchema>;

/** As a file. */
export function encodeFits(fits: KeptFits): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(fits));
}

/** Undefined where something that was fitted is not finite, which JSON cannot say. Throws on a file that is no JSON. */
export function decodeFits(bytes: Uint8Array): KeptFits | undefined {
  return keptFitsSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
}

/** The parts, where these settings have as many and would fit the same; else undefined. */
export function fitsFor(
  kept: KeptFits | undefined,
  settings: DataSettings,
  parts: number,
): readonly PartFits[] | undefined {
  if (kept === undefined || kept.parts.length !== parts) return undefined;
  return isDeepStrictEqual(fittedBy(kept.settings), fittedBy(settings)) ? kept.parts : undefined;
}

/** What fits depend on: of series on nothing but the rows before a prediction, which is asked of each part. */
function fittedBy(settings: DataSettings): Partial<DataSettings> {
  const { window, stride: _, ...rest } = settings;
  return settings.layout === "series" ? rest : { ...rest, window };
}
