import { z } from "zod";
import { defaultReading, defaultWalk } from "../../search/lr-range/curve.ts";

const rate = z.number().gt(0).max(1e6);

const fields = {
  from: rate.default(defaultWalk.from).describe("Learning rate of the first step"),
  to: rate.default(defaultWalk.to).describe("Learning rate of the last step"),
  steps: z.int().min(10).max(10_000).default(defaultWalk.steps).describe("Steps, one batch each"),
  smoothing: z
    .number()
    .min(0)
    .max(0.999)
    .default(defaultReading.smoothing)
    .describe("Weight of the past in the moving average of the loss"),
  divergence: z
    .number()
    .gt(1)
    .max(1e6)
    .default(defaultReading.divergence)
    .describe("Stop when the averaged loss exceeds this many times its minimum"),
};

/** What a learning-rate range test does (docs/lr-range.md). */
export const rangeTestSchema = z.strictObject(fields).refine(({ from, to }) => from < to, {
  path: ["from"],
  message: "from must be below to: the learning rate rises",
});
export type RangeTestSettings = z.infer<typeof rangeTestSchema>;
