/** Schemas of one entry under `parameters:`, made from the schema of the setting it searches. */
import { z } from "zod";
import { dataSettingsSchema } from "../../worker/protocol/data-settings.ts";
import { modelSettingsSchema } from "../../worker/protocol/model-settings.ts";
import { searchableSettings } from "../../worker/protocol/settings.ts";
import { takesNumbers } from "./allowed.ts";
import { distributionNames, normalNames } from "./distributions.ts";
import { rangeUseSpecSchema } from "./range-test.ts";

const settingSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries({ ...modelSettingsSchema.shape, ...dataSettingsSchema.shape }).map(
    ([name, field]): [string, z.ZodType] => [name, withoutDefault(field)],
  ),
);

/** The schema of a setting's value, its default taken off. */
export function settingSchema(name: string): z.ZodType {
  const schema = settingSchemas.get(name);
  if (schema === undefined) throw new RangeError(`there is no setting "${name}"`);
  return schema;
}

function withoutDefault(field: z.ZodType): z.ZodType {
  if (!(field instanceof z.ZodDefault || field instanceof z.ZodOptional)) return field;
  const inner = field.unwrap();
  if (!(inner instanceof z.ZodType)) throw new TypeError("a setting is made of zod's classic schemas");
  const about = field.description;
  return withoutDefault(
    about === undefined || inner.description !== undefined ? inner : inner.describe(about),
  );
}

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const conditionSchema = z
  .union([plain, z.array(z.union([plain, z.array(z.number()), z.array(z.string())])).min(1)])
  .meta({ title: "a value, or a list of one or more values" });

const whenSchema = z.record(z.string(), conditionSchema).meta({
  id: "when",
  description:
    "Search this only while other parameters have these values: {other: value} or {other: [values]}",
});

const when = { when: whenSchema.optional() };
const step = z.number().gt(0).optional();

export const constantSpecSchema = z.strictObject({
  value: z.unknown().describe("One value for all trials"),
  distribution: z.literal("constant").optional(),
  ...when,
});

export const choiceSpecSchema = z.strictObject({
  values: z.array(z.unknown()).min(1).describe("The values to choose from"),
  distribution: z.literal("categorical").optional(),
  probabilities: z
    .array(z.number().gt(0).max(1))
    .min(1)
    .optional()
    .describe("Probability of each value; they sum to 1 (default: equal)"),
  ...when,
});

export const rangeSpecSchema = z
  .strictObject({
    min: z.number().describe("Smallest value, included"),
    max: z.number().describe("Largest value, included"),
    distribution: z
      .enum(distributionNames)
      .optional()
      .describe("Distribution to draw from; default: int between whole numbers, else uniform"),
    step: step.describe("Only min, min + step, min + 2 step, ..., max"),
    q: step.describe("The same as step"),
    ...when,
  })
  .meta({ id: "range", description: "A range to search, both ends included" });
export type RangeSpec = z.infer<typeof rangeSpecSchema>;

export const normalSpecSchema = z
  .strictObject({
    distribution: z.enum(normalNames),
    mu: z.number().describe("The mean; of the natural logarithm for log_normal"),
    sigma: z.number().gt(0).describe("The standard deviation; of the natural logarithm for log_normal"),
    min: z.number().optional().describe("No value below this (default: mu - 5 sigma)"),
    max: z.number().optional().describe("No value above this (default: mu + 5 sigma)"),
    step: step.describe("The same as q"),
    q: step.describe("Only multiples of q"),
    ...when,
  })
  .meta({ id: "normal", description: "Values around a mean" });
export type NormalSpec = z.infer<typeof normalSpecSchema>;

const testedRangeSpecSchema = rangeSpecSchema.extend({ range_test: rangeUseSpecSchema.optional() });

/** Every key that can stand in a parameter. */
export const specKeys = [
  ...new Set(
    [constantSpecSchema, choiceSpecSchema, rangeSpecSchema, normalSpecSchema].flatMap((schema) =>
      Object.keys(schema.shape),
    ),
  ),
];

/** `parameters:` with the values of each setting spelled out, for editors. */
export function parametersSchema(): z.ZodType {
  return z
    .strictObject(Object.fromEntries(searchableSettings.map((name) => [name, specSchema(name).optional()])))
    .describe("Settings to search, by name");
}

/** `parameters:` of a program, which may have any name. */
export function programParametersSchema(): z.ZodType {
  const spec = z.union([constantSpecSchema, choiceSpecSchema, rangeSpecSchema, normalSpecSchema]);
  return z.record(z.string(), spec).describe("What to search, by the names the program knows");
}

function specSchema(name: string): z.ZodType {
  const field = settingSchema(name);
  const constant = constantSpecSchema.extend({ value: field });
  const choice = choiceSpecSchema.extend({ values: z.array(field).min(1) });
  const range = name === "learning_rate" ? testedRangeSpecSchema : rangeSpecSchema;
  const options = takesNumbers(field) ? [constant, choice, range, normalSpecSchema] : [constant, choice];
  const about = field.description;
  const schema = z.union(options);
  return about === undefined ? schema : schema.describe(about);
}
