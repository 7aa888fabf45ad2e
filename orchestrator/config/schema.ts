import { z } from "zod";
import { methods } from "./methods.ts";
import { parametersSchema } from "./parameter-specs.ts";
import { pruners } from "./pruners.ts";
import { labSchema } from "./lab.ts";
import {
  budgetSchema,
  dataSectionSchema,
  descriptionSchema,
  enqueueSchema,
  knownSchema,
  metricSchema,
  modelSectionSchema,
  nameSchema,
  repeatsSchema,
  seedSchema,
  workersSchema,
} from "./sections.ts";

/** The JSON Schema of sweep files, for editors: what `seqtune schema` prints. */
export function sweepJsonSchema(): Readonly<Record<string, unknown>> {
  const file = z
    .strictObject({
      name: nameSchema.optional(),
      description: descriptionSchema.optional(),
      seed: seedSchema.optional(),
      method: methodSchema().optional(),
      metric: metricSchema.optional().describe("Metric to rank trials by"),
      data: dataSectionSchema
        .required({ file: true, targets: true })
        .describe("The data and how it is cut into windows"),
      model: modelSectionSchema.optional().describe("Settings that are the same for all trials"),
      parameters: parametersSchema(),
      budget: budgetSchema.optional().describe("When to end a trial, and the study"),
      early_terminate: earlyTerminateSchema().optional(),
      enqueue: enqueueSchema.optional(),
      known: knownSchema.optional(),
      repeats: repeatsSchema.optional(),
      workers: workersSchema.optional(),
      lab: labSchema.optional(),
    })
    .describe("A sweep of seqtune");
  return { title: "seqtune sweep", ...z.toJSONSchema(file, { io: "input" }) };
}

function methodSchema(): z.ZodType {
  const options = Object.entries(methods).map(([name, { settings, about }]) =>
    z.union([z.literal(name), settings]).describe(about),
  );
  return z.union(options).describe("How configurations are chosen (default random)");
}

function earlyTerminateSchema(): z.ZodType {
  const rule = z.union(Object.values(pruners).map(({ settings, about }) => settings.describe(about)));
  return z.union([rule, z.array(rule)]).describe("Rules that stop weak trials early: one, or a list of them");
}
