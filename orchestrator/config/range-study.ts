import type { RangeTestSettings } from "../../worker/protocol/range-test.ts";
import { rangeMetric } from "../lr-range/metric.ts";
import { rangeStudySchema } from "./range-test.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";

/** What each trial's range test does; `null`: trials train. */
export function rangeTestOf({ method }: Pick<Sweep, "method">): RangeTestSettings | null {
  if (method.name !== "lr_range") return null;
  const { name: _, ...test } = rangeStudySchema.parse(method);
  return test;
}

type Mapping = Readonly<Record<string, unknown>>;

/**
 * A sweep with `method: lr_range` as one whose trials are range tests: their steps take the place of epochs, their
 * averaged loss that of the metric. Any other sweep as it is. `top`: the file's values.
 */
export function asRangeStudy(report: Report, top: Mapping, sweep: Sweep): Sweep {
  const test = rangeTestOf(sweep);
  if (test === null) return sweep;
  const why = "method lr_range runs a range test for each configuration";
  for (const key of ["metric", "early_terminate", "repeats", "known"]) {
    if (key in top)
      report.error({ path: [key], at: "key", message: `${why}, so this has no use; remove it` });
  }
  if (sweep.space.parameters.some(({ name }) => name === "learning_rate")) {
    const message = `${why}, and goes through all learning rates in each; remove this one`;
    report.error({ path: ["parameters", "learning_rate"], at: "key", message });
  }
  const { target: _, ...budget } = sweep.budget;
  return { ...sweep, metric: rangeMetric, budget: { ...budget, epochs: test.steps } };
}
