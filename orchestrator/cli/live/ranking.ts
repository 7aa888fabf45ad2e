import { bestPossible } from "../../config/metrics.ts";
import { unitOf } from "../../lr-range/metric.ts";
import { compareScores, toScore } from "../../../search/scores.ts";
import { varyingParams } from "../../views/board-lines.ts";
import { stateText } from "../../views/counts.ts";
import { digits, paramText, percent } from "../../views/numbers.ts";
import { bestNaive, skill } from "../../views/skill.ts";
import type { SeenTrial, Snapshot } from "../../views/snapshot.ts";
import type { Colors } from "../io.ts";
import { shortName } from "../text/short-names.ts";
import { renderTable, type Cell, type Column } from "../text/table.ts";
import { sparkline } from "./sparkline.ts";

const curveWidth = 14;
/** A longer value is cut. */
const widestParam = 14;

export interface RankingOptions {
  readonly columns: number;
  /** Lines, the heads among them. */
  readonly rows: number;
  readonly colors: Colors;
  /** Trials in place of the ranking: sorted otherwise, baselines left out. */
  readonly trials?: readonly SeenTrial[];
  /** Number of the trial that is marked. */
  readonly selected?: number | null;
}

type Line =
  | { readonly kind: "trial"; readonly trial: SeenTrial; readonly rank: number | null }
  | { readonly kind: "baseline"; readonly name: string; readonly value: number };

/** The best trials so far, and every baseline at the place its value deserves; no more lines than there is room. */
export function rankingLines(snapshot: Snapshot, options: RankingOptions): readonly string[] {
  const { columns, rows, colors, trials, selected } = options;
  const lines =
    trials === undefined
      ? rankedLines(snapshot, rows - 1, selected ?? null)
      : around(listed(trials), rows - 1, selected ?? null);
  if (lines.length === 0 || rows < 2) return [];
  const shown = lines.flatMap((line) => (line.kind === "trial" ? [line.trial] : []));
  const { varying } = varyingParams(shown.map(({ params }) => params));
  const unit = unitOf(snapshot.metric);
  const heads: Column[] = [
    { head: "#", align: "right" },
    { head: "trial", align: "right" },
    { head: "state" },
    { head: snapshot.metric, align: "right" },
    { head: "skill", align: "right" },
    { head: unit, align: "right" },
    { head: "curve", optional: true },
    ...varying.map((name): Column => ({
      head: name,
      short: shortName(name),
      align: "right",
      optional: true,
    })),
  ];
  const naive = bestNaive(snapshot.baselines, snapshot.goal)?.value ?? null;
  const best = bestPossible(snapshot.metric, snapshot.goal);
  const gain = (value: number | null): string => percent(skill(value, naive, best));
  const cells = lines.map((line): Cell[] => {
    if (line.kind === "baseline") {
      const own = ["", "", `(${line.name})`, digits(line.value), gain(line.value), "", ""];
      return [...own, ...varying.map(() => "")].map((text) => ({ text, style: colors.dim }));
    }
    const { trial, rank } = line;
    const mark = trial.number === selected ? colors.inverse : undefined;
    const style = mark ?? (rank === 1 ? colors.green : trial.state === "running" ? colors.cyan : undefined);
    const texts = [
      rank === null ? "" : String(rank),
      String(trial.number),
      stateText(trial.state, snapshot.ended === null),
      digits(trial.value),
      gain(trial.value),
      `${trial.bestEpoch ?? "–"}/${trial.epochs}`,
      sparkline(trial.curve, curveWidth),
      ...varying.map((name) => paramText(trial.params[name]).slice(0, widestParam)),
    ];
    return texts.map((text) => (style === undefined ? { text } : { text, style }));
  });
  return renderTable(heads, cells, columns, colors.bold).lines;
}

function listed(trials: readonly SeenTrial[]): readonly Line[] {
  return trials.map((trial) => ({ kind: "trial", trial, rank: null }));
}

/** As many lines as there is room for: the first ones, or those that end with the marked trial. */
function around(lines: readonly Line[], room: number, selected: number | null): readonly Line[] {
  const at = placeOf(lines, selected);
  return lines.slice(Math.max(0, at - room + 1)).slice(0, room);
}

function placeOf(lines: readonly Line[], selected: number | null): number {
  return lines.findIndex((line) => line.kind === "trial" && line.trial.number === selected);
}

/** All baselines have a line and trials take the rest, unless a trial further down is marked. */
function rankedLines(
  { ranked, baselines, goal, goals }: Snapshot,
  room: number,
  selected: number | null,
): readonly Line[] {
  const known = baselines.flatMap(({ name, value }) =>
    value === null ? [] : [{ kind: "baseline" as const, name, value }],
  );
  const all = ranked.map((trial, i) => {
    return { kind: "trial" as const, trial, rank: trial.rank === undefined ? i + 1 : trial.rank };
  });
  const first = all.slice(0, Math.max(1, room - known.length));
  const trials = placeOf(all, selected) < first.length ? first : all;
  const scoreOf = (line: Line): number =>
    line.kind === "baseline"
      ? toScore(line.value, goal)
      : // Behind all others, whatever it reached.
        toScore(line.trial.state === "cancelled" ? null : line.trial.value, goal);
  // A trial stands before a baseline of the same value; by several goals no value has a place among them.
  const lines: Line[] = [...trials, ...known];
  if (goals === undefined) lines.sort((a, b) => compareScores(scoreOf(a), scoreOf(b)));
  return around(lines, Math.max(0, room), trials === first ? null : selected);
}
