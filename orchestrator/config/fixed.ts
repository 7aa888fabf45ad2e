/**
 * `data:` and `model:` come before the search space: what is fixed there says which searched parameters there can be, and what they
 * may be.
 */
import type { z } from "zod";
import { dataSettingsSchema } from "../../worker/protocol/data-settings.ts";
import { lossesOf } from "../../worker/protocol/model-settings.ts";
import { allowedAt } from "./allowed.ts";
import { check, checkMapping, isMapping } from "./check.ts";
import { checkLosses } from "./losses.ts";
import { reportMixedSplit } from "./mixed-split.ts";
import type { DraftParameter } from "./parameters.ts";
import type { Report } from "./report.ts";
import { autoSettings, dataSectionSchema, modelSectionSchema } from "./sections.ts";
import type { Sweep } from "./sweep.ts";

type Mapping = Readonly<Record<string, unknown>>;

export interface FixedSettings {
  /** As written: relative to the sweep file's folder. */
  readonly file: string;
  readonly data: Sweep["data"]["settings"];
  readonly auto: readonly (typeof autoSettings)[number][];
  readonly model: Sweep["model"];
}

/** The settings under `data:` and `model:`, with the defaults of all others. */
export function readFixed(
  report: Report,
  top: Mapping,
  drafts: readonly DraftParameter[],
): FixedSettings | undefined {
  for (const section of ["data", "model"]) reportTwice(report, section, top[section], drafts);
  const data = readData(report, top["data"]);
  const model = check(report, modelSectionSchema, "model" in top ? top["model"] : {}, ["model"]);
  if (data === undefined || model === undefined) return undefined;
  const { file, inputs = "auto", predict = "auto", ...others } = data;
  const settings = {
    ...others,
    inputs: inputs === "auto" ? "value" : inputs,
    predict: predict === "auto" ? "value" : predict,
  } as const;
  const searched = new Set(drafts.map(({ name }) => name));
  const auto = autoSettings.filter((name) => !searched.has(name) && { inputs, predict }[name] === "auto");
  const loss = model.loss ?? lossesOf[settings.task ?? "regression"][0];
  const fixed = { file, data: settings, auto, model: { ...model, loss } };
  checkLosses(report, fixed, drafts);
  return fixed;
}

function readData(report: Report, section: unknown): z.infer<typeof dataSectionSchema> | undefined {
  const path = ["data"];
  const mapping = checkMapping(report, section, path, "a mapping of file, targets and more");
  if (mapping === undefined) return undefined;
  const mixed = reportMixedSplit(report, mapping["split"]);
  const data = check(report, dataSectionSchema, mixed ? { ...mapping, split: undefined } : mapping, path);
  const missing = requiredData.filter((name) => mapping[name] === undefined);
  for (const name of missing) {
    const allowed = allowedAt(dataSettingsSchema, [name]);
    report.error({ path: [...path, name], at: "key", message: "this key is missing", allowed });
  }
  return missing.length === 0 ? data : undefined;
}

/** Data settings that have no default. */
const requiredData = Object.entries(dataSettingsSchema.shape)
  .filter(([, field]) => !field.safeParse(undefined).success)
  .map(([name]) => name);

function reportTwice(
  report: Report,
  section: string,
  given: unknown,
  drafts: readonly DraftParameter[],
): void {
  if (!isMapping(given)) return;
  for (const { name } of drafts.filter(({ name }) => Object.hasOwn(given, name))) {
    const message = `${name} has one value under ${section}: and is searched here; remove one of the two`;
    report.error({ path: ["parameters", name], at: "key", message });
  }
}
