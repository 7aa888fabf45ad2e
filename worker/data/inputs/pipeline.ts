import { z } from "zod";
import { calendarParts, taskNames } from "../../protocol/data-settings.ts";

const scaler = { center: z.number(), scale: z.number().min(0) };

/** One input of the model, as fitted on the training rows. */
const featureSchema = z.discriminatedUnion("kind", [
  /** A column's numbers, filled, differenced, scaled. `fill` stands in before the first value of a series. */
  z.strictObject({ kind: z.literal("numeric"), column: z.string(), fill: z.number(), ...scaler }),
  /** A column's change since the step before, 0 at a sample's first step, scaled. */
  z.strictObject({ kind: z.literal("delta"), column: z.string(), fill: z.number(), ...scaler }),
  /** Sine or cosine of the step's place in its sample: one turn in `period` steps. */
  z.strictObject({ kind: z.literal("position"), period: z.int().min(1), wave: z.enum(["sin", "cos"]) }),
  /** 1 where the column holds `level`, else 0. */
  z.strictObject({ kind: z.literal("level"), column: z.string(), level: z.string() }),
  /** 1 where the column's value is missing, else 0. */
  z.strictObject({ kind: z.literal("missing"), column: z.string() }),
  /** A column's number `step` rows later, known in advance, scaled; `step` 0: of a column that never changes in a series. */
  z.strictObject({
    kind: z.literal("known"),
    column: z.string(),
    step: z.int().min(0),
    fill: z.number(),
    ...scaler,
  }),
  /** Sine or cosine of a part of the time. */
  z.strictObject({
    kind: z.literal("calendar"),
    part: z.enum(calendarParts),
    wave: z.enum(["sin", "cos"]),
  }),
]);
export type FittedFeature = z.infer<typeof featureSchema>;

/** A number to predict: the scaler the model trains with, and the fixed standard scaler of the metrics. */
const numberTargetSchema = z.strictObject({
  column: z.string(),
  fill: z.number(),
  ...scaler,
  metric: z.strictObject(scaler),
});
export type NumberTarget = z.infer<typeof numberTargetSchema>;

/** What new data are held against before they are predicted from. */
const seenSchema = z.strictObject({
  /** The usual distance between two rows of a series, in milliseconds. */
  step: z.number().gt(0).optional(),
  /** The smallest and largest value of each numeric input column in the training rows. */
  ranges: z.array(z.strictObject({ column: z.string(), low: z.number(), high: z.number() })),
});
export type Seen = z.infer<typeof seenSchema>;

/** Everything that was learned from the training rows: plain JSON, enough to prepare new data the same way. */
export const pipelineSchema = z.strictObject({
  task: z.enum(taskNames),
  /** Rows of a sample: the window, or the longest sample. */
  window: z.int().min(1),
  /** Layout wide: the columns that hold the steps, in order. */
  steps: z.array(z.string()).optional(),
  features: z.array(featureSchema),
  /** Not in models of earlier versions. */
  seen: seenSchema.optional(),
  /** Regression: one entry a target column. */
  numbers: z.array(numberTargetSchema),
  /** Classification: the class names by target column; a binary or multilabel column has [negative, positive]. */
  classes: z.array(z.strictObject({ column: z.string(), names: z.array(z.string()).min(2) })),
});
export type Pipeline = z.infer<typeof pipelineSchema>;

/** `OT`, `holiday+1`, `wind=NW`, `pm2.5 missing`, `hour sin`: what people call an input. */
export function featureName(feature: FittedFeature): string {
  switch (feature.kind) {
    case "numeric":
      return feature.column;
    case "delta":
      return `${feature.column} delta`;
    case "position":
      return `position ${feature.wave}`;
    case "level":
      return `${feature.column}=${feature.level}`;
    case "missing":
      return `${feature.column} missing`;
    case "known":
      return feature.step === 0 ? feature.column : `${feature.column}+${feature.step}`;
    case "calendar":
      return `${feature.part} ${feature.wave}`;
    default:
      return feature satisfies never;
  }
}
