import { driftOf, type Drift } from "../../worker/data/checks/drift.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { listed } from "../../worker/data/errors.ts";
import type { DataSettings } from "../../worker/protocol/data-settings.ts";
import type { Sweep } from "../config/sweep.ts";
import { dataSettingsOf } from "./look-at-data.ts";

export interface Settled {
  readonly sweep: Sweep;
  /** What was chosen and why, in a sentence; `null` where nothing was left open or nothing speaks for a change. */
  readonly notice: string | null;
}

/** Levels drift where this share of the values of a later third of the training rows lie outside the range of earlier ones. */
const driftingShare = 0.1;
/** Or where the means of thirds of them lie this many standard deviations within a third apart. */
const driftingDistance = 1.2;
type Auto = NonNullable<Sweep["data"]["auto"]>[number];

/**
 * Settles `inputs: auto` and `predict: auto` of a series of numbers: `change` where levels drift, so that a forecast does
 * not depend on levels that training never saw. What the sweep fixes or searches stays. Throws `DataError`.
 */
export function settleAuto(sweep: Sweep, table: Table): Settled {
  const settings = dataSettingsOf(sweep);
  const left = (sweep.data.auto ?? []).filter((name) => isPossible(name, sweep, settings));
  const differs = settings.difference > 0 || isSearched(sweep, "difference");
  if (settings.layout !== "series" || settings.task !== "regression" || differs || left.length === 0) {
    return { sweep, notice: null };
  }
  const most = driftOf(table, settings).reduce((a, b) => (driftSize(b) > driftSize(a) ? b : a));
  if (driftSize(most) < 1) return { sweep, notice: null };
  const chosen = Object.fromEntries(left.map((name) => [name, "change"]));
  const { file, settings: fixed } = sweep.data;
  const data = { file, settings: { ...fixed, ...chosen } };
  return { sweep: { ...sweep, data }, notice: sentence(left, most) };
}

function isSearched({ space }: Sweep, name: keyof DataSettings): boolean {
  return space.parameters.some((parameter) => parameter.name === name);
}

/** Changes within a window need two rows of it, also in the smallest one, and a copy of every window. */
function isPossible(name: Auto, { space }: Sweep, { window }: DataSettings): boolean {
  if (name === "predict") return true;
  const domain = space.parameters.find((parameter) => parameter.name === "window")?.domain;
  const least =
    domain === undefined || domain.kind === "constant"
      ? window
      : domain.kind === "categorical"
        ? Math.min(...domain.values.map(Number))
        : domain.min;
  return least > 1;
}

/** From 1 on levels drift. */
function driftSize({ outside, apart }: Drift): number {
  return Math.max(outside / driftingShare, apart / driftingDistance);
}

function sentence(chosen: readonly string[], { column, outside, apart }: Drift): string {
  const settings = chosen.map((name) => `\`${name}: change\``).join(" and ");
  const why =
    outside >= driftingShare
      ? `${Math.round(100 * outside)} % of the values of ${listed([column])} in a later third of the training rows lie outside the range of the rows before`
      : `the means of ${listed([column])} in the thirds of the training rows lie ${apart.toFixed(1)} standard deviations apart`;
  return `${settings} chosen: ${why}; set ${chosen.join(" and ")} to choose otherwise`;
}
