/**
 * Every setting of a trial, once: what data it sees, what model it trains. A sweep file fixes some in `data:`
 * and `model:` and searches others in `parameters:`; an assignment carries the complete result.
 */
import { z } from "zod";
import { dataSettingsSchema, unsearchableDataSettings } from "./data-settings.ts";
import { modelSettingsSchema } from "./model-settings.ts";

export const trialSettingsSchema = z
  .strictObject({ data: dataSettingsSchema, model: modelSettingsSchema })
  .superRefine(({ data, model }, context) => {
    if (model.loss !== "quantile" || data.difference === 0 || data.layout !== "series") return;
    context.addIssue({
      code: "custom",
      path: ["data", "difference"],
      message: `difference is ${data.difference} with loss: quantile, and quantiles of differences do not add up; set difference: 0, and predict: change where levels drift`,
    });
  });
export type TrialSettings = z.infer<typeof trialSettingsSchema>;

const modelNames = Object.keys(modelSettingsSchema.shape);
const dataNames = Object.keys(dataSettingsSchema.shape).filter((name) => !unsearchableDataSettings.has(name));

/** Names a sweep may search: all model settings, and all data settings but those that would make scores incomparable. */
export const searchableSettings: readonly string[] = [...modelNames, ...dataNames];

/** The fixed settings with one configuration laid over them, unchecked. */
export function laidOver(
  fixed: { readonly data: object; readonly model: object },
  params: Readonly<Record<string, unknown>>,
): { readonly data: object; readonly model: object } {
  const data: Record<string, unknown> = { ...fixed.data };
  const model: Record<string, unknown> = { ...fixed.model };
  for (const [name, value] of Object.entries(params)) {
    if (dataNames.includes(name)) data[name] = value;
    else model[name] = value;
  }
  return { data, model };
}

/**
 * The fixed settings with one configuration laid over them, checked. Unknown names and values out of range come back as
 * zod issues whose path is ["data" | "model", name].
 */
export function settingsWith(
  fixed: { readonly data: object; readonly model: object },
  params: Readonly<Record<string, unknown>>,
): z.ZodSafeParseResult<TrialSettings> {
  return trialSettingsSchema.safeParse(laidOver(fixed, params));
}
