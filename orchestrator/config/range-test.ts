import { z } from "zod";
import { defaultRule, ruleNames } from "../../search/lr-range/rules.ts";
import { rangeTestSchema } from "../../worker/protocol/range-test.ts";
import { check } from "./check.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Report } from "./report.ts";

const factor = z.number().gte(1).max(1e6).default(4);

const ruleSchema = z.enum(ruleNames).default(defaultRule).describe("Rule whose suggestion is used");

/** How range tests narrow the learning rate of a sweep. */
export const rangeUseSchema = z.strictObject({
  rule: ruleSchema,
  factor_below: factor.describe("The range begins at the suggestion divided by this"),
  factor_above: factor.describe("The range ends at the suggestion times this"),
  ...rangeTestSchema.shape,
});
export type RangeUse = z.infer<typeof rangeUseSchema>;

/** Settings of `method: lr_range`. */
export const rangeStudySchema = z
  .strictObject({ name: z.literal("lr_range"), ...rangeTestSchema.shape })
  .refine(({ from, to }) => from < to, { path: ["from"], message: "from must be below to" });

/** `range_test:` of the learning rate: `true` for the defaults, or a mapping. */
export const rangeUseSpecSchema = z
  .union([z.boolean(), rangeUseSchema])
  .describe(
    "Test a range of learning rates first, once for each architecture, and search near its suggestion",
  );

/** The settings of `range_test`; undefined when it is off, and after an error. */
export function readRangeUse(report: Report, value: unknown, path: KeyPath): RangeUse | undefined {
  const read = check(report, rangeUseSpecSchema, value, path);
  if (read === undefined || read === false) return undefined;
  const use = read === true ? rangeUseSchema.parse({}) : read;
  if (use.from < use.to) return use;
  report.error({
    path: [...path, "from"],
    at: "key",
    message: `from is ${use.from}, not below to: ${use.to}`,
  });
  return undefined;
}
