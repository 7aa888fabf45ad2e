import type { Parameter, ParamValue } from "../../../../search/space.ts";
import type { PlotStudy } from "../study.ts";

/** Parameters of the space with more than one value, of which any trial has one. */
export function variedParameters({ space, trials }: PlotStudy): readonly Parameter[] {
  return space.parameters.filter(({ name, domain }) => {
    if (domain.kind === "constant") return false;
    if (domain.kind === "categorical" && domain.values.length < 2) return false;
    return trials.some(({ params }) => params[name] !== undefined);
  });
}

/** A value as one cell of a table. */
export function cellOf(value: ParamValue | undefined): string | number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "string") return value;
  return typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

/**
 * The parameters named, or without names as many as fit of those that matter most: in the order of `importance`, then of
 * the space. Names that are none of the study's are left out.
 */
export function chosenParameters(
  study: PlotStudy,
  names: readonly string[] | undefined,
  importance: readonly string[] | undefined,
  most: number,
): readonly Parameter[] {
  const varied = variedParameters(study);
  const byName = (name: string): Parameter[] => varied.filter((one) => one.name === name);
  if (names !== undefined && names.length > 0) return names.flatMap(byName);
  if (varied.length <= most || importance === undefined) return varied.slice(0, most);
  const important = importance.flatMap(byName).slice(0, most);
  return varied.filter((one) => important.includes(one));
}

/** "6 of 30 parameters"; empty where all are shown. */
export function ofParameters(shown: number, study: PlotStudy): string {
  const all = variedParameters(study).length;
  return shown < all ? ` (${shown} of ${all} parameters)` : "";
}

/** Trials that stand apart on a band are moved a little sideways, always the same for a trial. */
export function jitter(at: number, number: number, isBand: boolean, width = 0.5): number {
  if (!isBand) return at;
  // The golden ratio's multiples fill an interval evenly.
  return at + (((number * 0.618_033_988_75) % 1) - 0.5) * width;
}
