import { estimate } from "../../../orchestrator/repeats/samples.ts";
import { digits, figure, paramText, percent, withMargin } from "../../../orchestrator/views/numbers.ts";
import { valueText } from "../../../orchestrator/views/goals-text.ts";
import type { GoalRanking, StudyHead, StudyStatus } from "../../../orchestrator/views/page/wire.ts";
import { bestNaive, skill } from "../../../orchestrator/views/skill.ts";
import { compareScores, toScore } from "../../../search/scores.ts";
import type { PageTrial } from "../data/page-trial.ts";

export interface Row {
  readonly trial: PageTrial;
  /** Place in the ranking; `null` without a value. */
  readonly rank: number | null;
  /** Values of complete repeats of it. */
  readonly repeats: readonly number[];
}

export interface Column {
  readonly id: string;
  readonly label: string;
  readonly isNumber: boolean;
  readonly text: (row: Row) => string;
  /** What it is sorted by; `null` comes last either way. */
  readonly key: (row: Row) => number | string | null;
}

/**
 * One row for each trial of the search, best first as the leaderboard has them: cancelled trials behind those that ended by
 * the rules, those without a value last. With several goals: by these, and a trial they have not ranked yet comes last. Repeats stand with
 * the trial that they repeat.
 */
export function rowsOf(
  trials: readonly PageTrial[],
  { goal }: Pick<StudyHead, "goal">,
  goals: GoalRanking | null = null,
): readonly Row[] {
  const repeats = new Map<number, number[]>();
  for (const { repeatOf, state, value } of trials) {
    if (repeatOf === null || state !== "complete" || value === null) continue;
    repeats.set(repeatOf, [...(repeats.get(repeatOf) ?? []), value]);
  }
  if (goals !== null) return rowsByGoals(trials, goals, repeats);
  const tier = ({ value, state }: PageTrial): number => (value === null ? 2 : state === "cancelled" ? 1 : 0);
  return trials
    .filter(({ repeatOf }) => repeatOf === null)
    .map((trial) => ({ trial, score: toScore(trial.value, goal), tier: tier(trial) }))
    .sort((a, b) => a.tier - b.tier || compareScores(a.score, b.score) || a.trial.number - b.trial.number)
    .map(({ trial }, i) => ({
      trial,
      rank: trial.value === null ? null : i + 1,
      repeats: repeats.get(trial.number) ?? [],
    }));
}

function rowsByGoals(
  trials: readonly PageTrial[],
  { order, ranks }: GoalRanking,
  repeats: ReadonlyMap<number, readonly number[]>,
): readonly Row[] {
  const places = new Map(order.map((number, i) => [number, i]));
  return trials
    .filter(({ repeatOf }) => repeatOf === null)
    .map((trial) => ({ trial, place: places.get(trial.number) ?? order.length }))
    .sort((a, b) => a.place - b.place || a.trial.number - b.trial.number)
    .map(({ trial, place }) => ({
      trial,
      rank: ranks[place] ?? null,
      repeats: repeats.get(trial.number) ?? [],
    }));
}

export function columnsOf(
  head: StudyHead,
  { baselines, goals }: Pick<StudyStatus, "baselines" | "goals">,
  hasRepeats: boolean,
): readonly Column[] {
  const broken = new Map(goals?.broken);
  const naive = bestNaive(baselines, head.goal)?.value ?? null;
  const perfect = head.perfect ?? Number.NaN;
  const skillOf = ({ trial }: Row): number | null => skill(trial.value, naive, perfect);
  const number = (
    id: string,
    label: string,
    key: (row: Row) => number | null,
    text: (value: number | null) => string = (value) => (value === null ? "–" : String(value)),
  ): Column => ({ id, label, isNumber: true, key, text: (row) => text(key(row)) });
  const words = (id: string, label: string, key: (row: Row) => string | null): Column => ({
    id,
    label,
    isNumber: false,
    key,
    text: (row) => key(row) ?? "",
  });
  return [
    number(
      ":rank",
      "#",
      ({ rank }) => rank,
      (value) => (value === null ? "" : String(value)),
    ),
    number(":number", "trial", ({ trial }) => trial.number),
    words(":outcome", "outcome", ({ trial }) => outcomeOf(trial, broken)),
    number(":value", head.metric, ({ trial }) => trial.value, digits),
    ...goalColumns(goals).map(({ name, of }) =>
      number(`goal:${name}`, name, ({ trial }) => of(trial), valueText),
    ),
    number(":skill", "skill", skillOf, percent),
    number(":best", "best epoch", ({ trial }) => trial.bestEpoch),
    number(":epochs", "epochs", ({ trial }) => trial.epochsDone),
    ...(hasRepeats ? [repeatsColumn] : []),
    ...head.space.parameters.map(({ name }) => paramColumn(name)),
    number(":last", "last value", ({ trial }) => trial.lastValue, digits),
    number(":seconds", "seconds", ({ trial }) => trial.seconds, figure),
    number(":attempts", "attempts", ({ trial }) => trial.attempts),
    words(":origin", "origin", ({ trial }) => trial.origin),
    words(":reason", "reason", ({ trial }) => trial.reason),
  ];
}

/** A trial that breaks a constraint says so, as on the leaderboard, and which. */
function outcomeOf({ state, number }: PageTrial, broken: ReadonlyMap<number, string>): string {
  const why = broken.get(number);
  return why === undefined ? state : `${state}, infeasible: ${why}`;
}

/** What the goals look at beside the first metric. */
function goalColumns(
  goals: GoalRanking | null,
): readonly { readonly name: string; readonly of: (trial: PageTrial) => number | null }[] {
  if (goals === null) return [];
  const places = new Map(goals.order.map((number, i) => [number, i]));
  return Object.entries(goals.values).map(([name, values]) => ({
    name,
    of: ({ number }) => values[places.get(number) ?? -1] ?? null,
  }));
}

const repeatsColumn: Column = {
  id: ":repeats",
  label: "repeats",
  isNumber: true,
  key: ({ repeats }) => (repeats.length === 0 ? null : estimate(repeats).mean),
  text: ({ repeats }) => {
    if (repeats.length === 0) return "";
    const { mean, margin, n } = estimate(repeats);
    return `${withMargin(mean, margin)} (${n})`;
  },
};

function paramColumn(name: string): Column {
  return {
    id: name,
    label: name,
    isNumber: false,
    key: ({ trial }) => {
      const value = trial.params[name];
      return value === undefined ? null : typeof value === "number" ? value : paramText(value);
    },
    text: ({ trial }) => paramText(trial.params[name]),
  };
}

/** Columns that are shown unless others are chosen. */
export function usualColumns(columns: readonly Column[]): readonly string[] {
  const rare = new Set([":last", ":seconds", ":attempts", ":origin", ":reason"]);
  return columns.map(({ id }) => id).filter((id) => !rare.has(id));
}

/** `by`: the id of a column, with `-` before it for falling. Equal ones stay as they were: the better first. */
export function sortRows(rows: readonly Row[], columns: readonly Column[], by: string): readonly Row[] {
  const falling = by.startsWith("-");
  const column = columns.find(({ id }) => id === (falling ? by.slice(1) : by));
  if (column === undefined) return rows;
  const keyed = rows.map((row) => ({ row, key: column.key(row) }));
  const sign = falling ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    return (
      sign *
      (typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : compareWords(a.key, b.key))
    );
  });
  return keyed.map(({ row }) => row);
}

function compareWords(a: number | string, b: number | string): number {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
