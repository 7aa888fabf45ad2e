import type { Goals } from "../../search/goals/goals.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";

/** The sections that several goals are beside; undefined where they could not be read. */
interface Beside {
  readonly goals: Goals | undefined;
  readonly method: Sweep["method"] | undefined;
  readonly budget: Sweep["budget"] | undefined;
  readonly repeats: Sweep["repeats"] | undefined;
  readonly earlyTerminate: Sweep["earlyTerminate"] | undefined;
}

/** Rules that compare trials by their goals at equal epochs, or look at one trial alone. */
export const rulesForGoals: ReadonlySet<string> = new Set([
  "median",
  "percentile",
  "asha",
  "hyperband",
  "patience",
  "threshold",
]);

/** Reports what cannot stand beside several goals, or beside constraints. */
export function checkGoals(report: Report, sections: Beside): void {
  const { goals, method, earlyTerminate } = sections;
  if (goals === undefined) return;
  const what = goals.metrics.length > 1 ? "several metrics" : "constraints";
  if (method?.name === "lr_range")
    report.error({
      path: ["method"],
      message: `a range test trains nothing that could be judged by ${what}`,
    });
  for (const [index, { type }] of (earlyTerminate ?? []).entries()) {
    if (rulesForGoals.has(type)) continue;
    const message = `${type} compares trials by one metric, and this sweep is judged by ${what}`;
    report.error({ path: ["early_terminate", index], message, allowed: [...rulesForGoals].join(", ") });
  }
  if (goals.metrics.length > 1) oneMetricOnly(report, sections, goals);
}

function oneMetricOnly(report: Report, { budget, repeats }: Beside, { metrics }: Goals): void {
  const names = metrics.map(({ name }) => name).join(", ");
  if (budget?.target !== undefined)
    report.error({
      path: ["budget", "target"],
      message: `a target is a value of one metric, and there are several: ${names}; remove it`,
    });
  if (repeats !== undefined)
    report.error({
      path: ["repeats"],
      at: "key",
      message: `repeats find the best by one metric, and there are several: ${names}; remove this`,
    });
}
