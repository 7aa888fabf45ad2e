import type { Sweep } from "../config/sweep.ts";
import { dataSettingsOf, largest } from "./look-at-data.ts";

/**
 * The sweep with `rows_before` settled where its data may hold stretches too short for the widest window, and trials differ in
 * what they look at: as many rows as the most demanding of them reads, so that all are scored on the same rows.
 */
export function withRowsBefore(sweep: Sweep): Sweep {
  const { file, settings, auto } = sweep.data;
  const { layout, group, gaps, rows_before: given } = dataSettingsOf(sweep);
  const several = layout === "series" && (group !== undefined || gaps === "cut");
  if (!several || given !== undefined) return sweep;
  const searched = ["window", "difference", "difference_lag"].some((name) =>
    sweep.space.parameters.some((parameter) => parameter.name === name),
  );
  if (!searched) return sweep;
  const before = most(sweep, "window") + most(sweep, "difference") * most(sweep, "difference_lag");
  return {
    ...sweep,
    data: { file, settings: { ...settings, rows_before: before }, ...(auto && { auto }) },
  };
}

/** The largest value of a setting in any configuration. */
function most(sweep: Sweep, name: "window" | "difference" | "difference_lag"): number {
  const values = sweep.space.parameters
    .filter((parameter) => parameter.name === name)
    .map(({ domain }) => Number(largest(domain)));
  return values.length === 0 ? dataSettingsOf(sweep)[name] : Math.max(...values);
}
