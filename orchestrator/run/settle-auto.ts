import { driftOf, type Drift } from "../../worker/data/checks/drift.ts";
import { walkOf, type Walk } from "../../worker/data/checks/random-walk.ts";
import {
  trainingValues,
  withoutSeason,
  type TrainingValues,
} from "../../worker/data/checks/training-values.ts";
import { findSeason } from "../../worker/data/baselines/seasons.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { listed } from "../../worker/data/errors.ts";
import type { DataSettings } from "../../worker/protocol/data-settings.ts";
import type { Sweep } from "../config/sweep.ts";
import { dataSettingsOf } from "./look-at-data.ts";
import { withRowsBefore } from "./rows-before.ts";

export interface Settled {
  readonly sweep: Sweep;
  /** What was chosen and why, in a sentence; `null` where nothing was left open or nothing speaks for a change. */
  readonly notice: string | null;
}

/** Levels drift where this share of the values of a later third of the training rows, and more than chance leaves, lie outside the range of earlier ones. */
const driftingShare = 0.1;
/** Or where the means of thirds of them lie this many standard deviations within a third apart. */
const driftingDistance = 1.2;
type Auto = NonNullable<Sweep["data"]["auto"]>[number];

/**
 * Settles `inputs: auto` and `predict: auto` of a series of numbers: `change` where levels drift or may be random walks, so that a forecast does
 * not depend on levels that training never saw; and `rows_before` of several series (rows-before.ts). What the sweep fixes or
 * searches stays. Throws `DataError`.
 */
export function settleAuto(given: Sweep, table: Table): Settled {
  const sweep = withRowsBefore(given);
  const settings = dataSettingsOf(sweep);
  const left = (sweep.data.auto ?? []).filter((name) => isPossible(name, sweep, settings));
  const differs = settings.difference > 0 || isSearched(sweep, "difference");
  if (settings.layout !== "series" || settings.task !== "regression" || differs || left.length === 0) {
    return { sweep, notice: null };
  }
  const why = reasonFor(table, settings);
  if (why === null) return { sweep, notice: null };
  const chosen = Object.fromEntries(left.map((name) => [name, "change"]));
  const { file, settings: fixed } = sweep.data;
  const data = { file, settings: { ...fixed, ...chosen } };
  return { sweep: { ...sweep, data }, notice: sentence(left, why) };
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

function sentence(chosen: readonly string[], why: string): string {
  const settings = chosen.map((name) => `\`${name}: change\``).join(" and ");
  return `${settings} chosen: ${why}; set ${chosen.join(" and ")} to choose otherwise`;
}

/** What was last found of a table: `init` settles sweeps that differ in nothing that matters here. */
const foundLast = new WeakMap<Table, { readonly key: string; readonly why: string | null }>();

function reasonFor(table: Table, settings: DataSettings): string | null {
  const key = JSON.stringify({ ...settings, window: 0, stride: 0, rows_before: 0, folds: 0 });
  const last = foundLast.get(table);
  if (last?.key === key) return last.why;
  const why = reason(trainingValues(table, settings), settings);
  foundLast.set(table, { key, why });
  return why;
}

/** Why changes fit, from the target that says so most clearly; `null` where values do. */
function reason(targets: readonly TrainingValues[], settings: DataSettings): string | null {
  const drifts = targets.map(driftOf);
  const leaving = most(drifts, ({ beyond }) => beyond);
  if (leaving.beyond >= driftingShare) {
    return `${Math.round(100 * leaving.outside)} % of the values of ${listed([leaving.column])} in a later third of the training rows lie outside the range of the rows before`;
  }
  const moving = most(drifts, ({ apart }) => apart);
  if (moving.apart >= driftingDistance) return movingReason(moving);
  const season = seasonOf(targets[0]!, settings);
  const steady = season === undefined ? targets : targets.map((target) => withoutSeason(target, season));
  const without = season === undefined ? "" : `without its season of ${season} rows `;
  // What is left of a season that is not quite regular leaves its range easily, but its means stay.
  const still = most(steady.map(driftOf), ({ apart }) => apart);
  if (still.apart >= driftingDistance) return without + movingReason(still);
  const walk = steady.map((target) => walkOf(target, settings.horizon)).find(walks);
  return walk === undefined ? null : without + walkingReason(walk);
}

/** That of the sweep, or the one whose repetition errs least in the longest series, if any is clear. */
function seasonOf({ series }: TrainingValues, { season, horizon }: DataSettings): number | undefined {
  const raw = series.reduce((a, b) => (b.length > a.length ? b : a));
  return season ?? findSeason([{ raw, scale: 1 }], [{ start: 0, end: raw.length }], horizon, raw.length);
}

function most(drifts: readonly Drift[], size: (drift: Drift) => number): Drift {
  return drifts.reduce((a, b) => (size(b) > size(a) ? b : a));
}

function movingReason({ column, apart }: Drift): string {
  return `the means of ${listed([column])} in the thirds of the training rows lie ${apart.toFixed(1)} standard deviations apart`;
}

/** Few or noisy values rule out little, so the last value must also tell more than a level would: half of the variance. */
function walks(walk: Walk | null): walk is Walk {
  return walk !== null && walk.statistic > walk.bound && walk.repeated < 0.5;
}

function walkingReason({ column, statistic, bound }: Walk): string {
  return `${listed([column])} may be a random walk (the Dickey–Fuller statistic of the training rows is ${statistic.toFixed(2)}, and only one below ${bound.toFixed(2)} would rule that out)`;
}
