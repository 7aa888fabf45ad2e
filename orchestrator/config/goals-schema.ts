import { z } from "zod";
import type { Goals } from "../../search/goals/goals.ts";

/** More goals make almost every trial a compromise that no other beats. */
const mostGoals = 5;

/** As a study stores them. */
export const goalsSchema: z.ZodType<Goals> = z.strictObject({
  metrics: z
    .array(z.strictObject({ name: z.string(), goal: z.enum(["minimize", "maximize"]) }))
    .min(1)
    .max(mostGoals),
  constraints: z.array(
    z.strictObject({ metric: z.string(), op: z.enum(["<", "<=", ">", ">="]), limit: z.number() }),
  ),
});

/** Whatever each of them is. */
export const metricListSchema = z.array(z.unknown()).min(2).max(mostGoals);

/** For editors: one metric of a list. */
export const namedMetricSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(60)
    .describe(
      "A metric of the validation rows, parameters or epoch_seconds; of a program: a key of its reports",
    ),
  goal: z.enum(["minimize", "maximize"]).optional().describe("Default: as the name says"),
});
export const metricsSchema = z
  .array(namedMetricSchema)
  .min(2)
  .max(mostGoals)
  .describe("In place of metric: 2 to 5 goals at once; the first one picks each trial's best epoch");
export const constraintsSchema = z
  .array(z.string().min(1).max(200))
  .max(20)
  .describe('What a trial has to keep to count: "parameters <= 50000", "epoch_seconds < 2"');
