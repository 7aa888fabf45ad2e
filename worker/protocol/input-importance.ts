import { z } from "zod";

const name = z.string().max(300);

/** One source of inputs: a column with all inputs made of it, a part of the time, or the step's place in its sample. */
const shuffledInputSchema = z.strictObject({
  kind: z.enum(["column", "calendar", "position"]),
  name,
  /** How much worse the metric was on average while it was shuffled; below 0: better. `null`: not finite. */
  worse: z.number().nullable(),
  /** Standard error of that mean over the repeats; `null` where the mean is. */
  error: z.number().min(0).nullable(),
});
export type ShuffledInput = z.infer<typeof shuffledInputSchema>;

/** What a model's validation metric loses while one of its inputs is shuffled between samples. */
export const inputImportanceSchema = z.strictObject({
  metric: z.string().max(60),
  /** With nothing shuffled. */
  score: z.number(),
  samples: z.int().min(0),
  repeats: z.int().min(2),
  /** Most important first. */
  inputs: z.array(shuffledInputSchema).max(10_000),
});
export type InputImportance = z.infer<typeof inputImportanceSchema>;
