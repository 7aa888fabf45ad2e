import type { CoordinatorDeps } from "./deps.ts";

/**
 * Reports in the database that cannot be (an earlier version recorded what it got) count no longer, and the figures
 * of their trials follow from the others. Returns what was found, in a sentence; `null`: nothing.
 */
export function disownImpossible({ plan, store, study }: CoordinatorDeps): string | null {
  const found = store.impossibleReports(study.id, plan.bounds?.get(study.metric));
  const [first] = found;
  if (first === undefined) return null;
  store.record(
    study.id,
    found.map(({ trial, attempt, n }) => ({ kind: "report_disowned", trial, attempt, n }) as const),
    "power",
  );
  const { trial, attempt, epoch, value } = first;
  return (
    `${found.length} recorded reports cannot be and are not counted, ` +
    `the first of trial ${trial}, attempt ${attempt}: epoch ${epoch}, ${study.metric} ${value ?? "not finite"}`
  );
}
