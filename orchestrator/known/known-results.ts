import { plural } from "../../worker/data/errors.ts";
import { othersOf, watchedMetrics, type Goals } from "../../search/goals/goals.ts";
import type { KnownReport } from "../../search/samplers/known.ts";
import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { fitResults, plainSettings, type FoundResult, type NoResult } from "./fit.ts";
import { readCsvResults } from "./read-csv.ts";

export interface KnownResults {
  readonly results: Sweep["knownResults"];
  /** What people should know of them, in a sentence. */
  readonly notice: string;
}

/** Reads what the sweep's `known:` names; null without it. Throws `UserError`. */
export async function readKnownResults(
  sweep: Sweep,
  data: { readonly sha256: string },
  store: StudyStore,
): Promise<KnownResults | null> {
  const { known } = sweep;
  if (known === undefined) return null;
  if ("csv" in known) return await knownOfCsv(known.csv, sweep);
  return knownOfStudy(store, known.study, sweep, data);
}

/** Throws `UserError`. */
export async function knownOfCsv(file: string, sweep: Sweep): Promise<KnownResults> {
  const { results: found, unnamed } = await readCsvResults(file, sweep);
  const { results, notice } = fitted(found, sweep, file);
  const { name, goal } = sweep.metric;
  const taken = `; its column value is taken for ${name} (${goal === "minimize" ? "lower" : "higher"} is better)`;
  return { results, notice: unnamed ? notice + taken : notice };
}

/** `data`: the sweep's, to compare with the study's. Throws `UserError`. */
export function knownOfStudy(
  store: StudyStore,
  name: string,
  sweep: Sweep,
  data?: { readonly sha256: string },
): KnownResults {
  const { results, notice } = fitted(studyResults(store, name, sweep), sweep, `study ${name}`);
  const isOther = data !== undefined && store.findStudy(name)?.data.sha256 !== data.sha256;
  return { results, notice: isOther ? `${notice}; they were measured on another data file` : notice };
}

function fitted(found: readonly (FoundResult | NoResult)[], sweep: Sweep, from: string): KnownResults {
  const { results, renamed, leftOut, inactive } = fitResults(found, sweep, from);
  const names = [...renamed].map(([theirs, ours]) => `; ${theirs} is taken for ${ours}`).join("");
  const others =
    leftOut === null ? "" : `; ${leftOut.count} left out, the first because of ${leftOut.reason}`;
  const unread =
    inactive === null
      ? ""
      : `; ${inactive.count} with values of parameters that do not apply in them, which are not read, the first ${inactive.reason}`;
  const copies = results.map(({ params, outcome, reports }) => ({
    params,
    outcome,
    reports: reports.map(copyOf),
  }));
  return {
    results: copies,
    notice: `the search knows ${plural(results.length, "result")} of ${from}${names}${others}${unread}`,
  };
}

function copyOf([epoch, value, others]: KnownReport): Sweep["knownResults"][number]["reports"][number] {
  return others === undefined ? [epoch, value] : [epoch, value, [...others]];
}

/** The trials of another study that ended with something to learn from; its repeats are further measurements of what they repeat. */
function studyResults(store: StudyStore, name: string, sweep: Sweep): readonly FoundResult[] {
  const study = store.findStudy(name);
  if (study === null)
    throw new UserError(`known: there is no study "${name}" in this database; see: seqtune studies`);
  if (study.metric !== sweep.metric.name) {
    throw new UserError(
      `known: study ${name} ranks by ${study.metric} and this sweep by ${sweep.metric.name}, so its results do not compare`,
    );
  }
  const stored = parseStoredSweep(study.config);
  if (!stored.ok) throw new UserError(`known: study ${name}: ${stored.message}`);
  const results = store
    .trials(study.id)
    .flatMap((trial) => resultOf(store, study, stored.sweep, trial, sweep.goals));
  demandGoals(results, name, sweep);
  return results;
}

/** A study that never measured what this sweep is judged by teaches nothing about it. */
function demandGoals(results: readonly FoundResult[], name: string, { goals }: Sweep): void {
  if (goals === undefined || results.length === 0) return;
  const missing = watchedMetrics(goals).filter((_, at) =>
    results.every(({ reports }) => reports.every(([, , others]) => (others?.[at] ?? null) === null)),
  );
  if (missing.length === 0) return;
  throw new UserError(
    `known: no trial of study ${name} reported ${missing.join(", ")}, which this sweep is judged by; name another study, or remove known`,
  );
}

function resultOf(
  store: StudyStore,
  study: Study,
  sweep: Sweep,
  { number, params, state }: Trial,
  goals: Goals | undefined,
): FoundResult[] {
  if (state !== "complete" && state !== "pruned" && state !== "diverged") return [];
  const curve = store
    .curve(study.id, number)
    .map(({ epoch, value, metrics }): KnownReport =>
      goals === undefined ? [epoch, value] : [epoch, value, othersOf(goals, metrics)],
    );
  if (curve.length === 0 && state !== "diverged") return [];
  const reports: readonly KnownReport[] = curve.length === 0 ? [[1, null]] : curve;
  return [{ params: plainSettings(sweep, params), outcome: state, reports, where: `trial ${number}` }];
}
