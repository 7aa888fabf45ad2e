import { z } from "zod";
import { constraintsSchema, metricsSchema } from "./goals-schema.ts";
import { methods } from "./methods.ts";
import {
  programBaselinesSchema,
  programBudgetSchema,
  programMetricSchema,
  programSectionSchema,
} from "./program.ts";
import { parametersSchema, programParametersSchema } from "./parameter-specs.ts";
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
  const { properties, ...rest } = z.toJSONSchema(fileSchema(), { io: "input" });
  const { model, program, ...common } = properties ?? {};
  const { [ofModels]: models, [ofPrograms]: programs, ...shared } = common;
  return {
    title: "seqtune sweep",
    ...rest,
    properties: { ...shared, model, program },
    if: { required: ["program"] },
    // oxlint-disable-next-line no-thenable -- JSON Schema calls it so
    then: keysOnly(programs),
    else: keysOnly(models),
  };
}

/** Keys whose values depend on what is trained stand in two parts of their own, which become the schema's branches. */
const ofModels = "of models";
const ofPrograms = "of programs";

function fileSchema(): z.ZodType {
  const parameters = z.unknown().describe("What is searched, by name");
  return z
    .strictObject({
      name: nameSchema.optional(),
      description: descriptionSchema.optional(),
      seed: seedSchema.optional(),
      method: methodSchema().optional(),
      metric: z.unknown().optional().describe("Metric to rank trials by"),
      metrics: metricsSchema.optional(),
      constraints: constraintsSchema.optional(),
      data: dataSectionSchema
        .required({ file: true, targets: true })
        .optional()
        .describe("The data and how it is cut into windows"),
      model: modelSectionSchema.optional().describe("Settings that are the same for all trials"),
      program: programSectionSchema.optional(),
      baselines: programBaselinesSchema.optional(),
      parameters,
      budget: z.unknown().optional().describe("When to end a trial, and the study"),
      early_terminate: earlyTerminateSchema().optional(),
      enqueue: enqueueSchema.optional(),
      known: knownSchema.optional(),
      repeats: repeatsSchema.optional(),
      workers: workersSchema.optional(),
      lab: labSchema.optional(),
      [ofModels]: z.object({
        metric: metricSchema.optional(),
        data: z.unknown(),
        parameters: parametersSchema(),
        budget: budgetSchema.optional(),
      }),
      [ofPrograms]: z.object({
        metric: programMetricSchema.optional(),
        parameters: programParametersSchema(),
        budget: programBudgetSchema.optional(),
      }),
    })
    .required({ parameters: true })
    .describe("A sweep of seqtune");
}

function keysOnly(branch: unknown): unknown {
  const { properties, required } = z.object({ properties: z.unknown(), required: z.unknown() }).parse(branch);
  return { properties, required };
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
