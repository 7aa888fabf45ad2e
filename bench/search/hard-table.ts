import { hardCheckpoints, type HardRun } from "./hard-run.ts";
import type { Problem } from "./problems.ts";
import { mean, meanWithError, table } from "./table.ts";

/** What a contender came to on one problem at one noise. */
export interface Cell {
  readonly problem: Problem;
  /** Of the noise, percent. */
  readonly level: number;
  readonly contender: string;
  /** One of our samplers? */
  readonly ours: boolean;
  /** By seed. */
  readonly runs: ReadonlyMap<number, HardRun>;
}

/** A value at most this far above the floor counts as found: in the well, better than the other branches can be. */
const FOUND = 0.25;

export function valuesTable(cells: readonly Cell[], trials: number): string {
  const checkpoints = hardCheckpoints(trials);
  const rows = cells
    .filter(({ runs }) => runs.size > 0)
    .map(({ problem, level, contender, runs: bySeed }) => {
      const runs = [...bySeed.values()];
      return [
        problem.name,
        String(level),
        contender,
        ...checkpoints.map((_, at) => meanWithError(runs.map(({ named }) => named[at]!))),
        meanWithError(runs.map(({ observed }) => observed.at(-1)!)),
        String(runs.filter(({ named }) => named.at(-1)! <= problem.floor + FOUND).length),
        String(runs.length),
      ];
    });
  const named = checkpoints.map((count) => `named, ${count} trials`);
  const head = ["problem", "noise %", "sampler", ...named, `luckiest, ${trials}`, `found within ${FOUND}`];
  return table([...head, "seeds"], rows);
}

/**
 * Named after all trials: ours less theirs, over the seeds that both have played. A row for all problems takes seeds that both have
 * played on every one of them.
 */
export function differencesTable(cells: readonly Cell[]): string | undefined {
  const names = (ours: boolean): readonly string[] => [
    ...new Set(
      cells.filter((cell) => cell.ours === ours && cell.runs.size > 0).map((cell) => cell.contender),
    ),
  ];
  const theirs = names(false);
  if (theirs.length === 0) return undefined;
  const rows: string[][] = [];
  for (const own of names(true)) {
    for (const level of new Set(cells.map((cell) => cell.level))) {
      const at = cells.filter((cell) => cell.level === level);
      const problems = [...new Set(at.map(({ problem }) => problem.name))];
      const row = (title: string, of: readonly string[]): string[] => [
        own,
        String(level),
        title,
        ...theirs.map((other) => difference(at, of, own, other)),
      ];
      rows.push(...problems.map((name) => row(name, [name])));
      if (problems.length > 1) rows.push(row(`mean of the ${problems.length}`, problems));
    }
  }
  return table(["ours", "noise %", "problem", ...theirs.map((name) => `less ${name} (seeds)`)], rows);
}

function difference(cells: readonly Cell[], problems: readonly string[], own: string, other: string): string {
  const runsOf = (problem: string, contender: string): Cell["runs"] =>
    cells.find((cell) => cell.problem.name === problem && cell.contender === contender)!.runs;
  const pairs = problems.map((problem) => [runsOf(problem, own), runsOf(problem, other)] as const);
  const seeds = [...pairs[0]![0].keys()].filter((seed) =>
    pairs.every(([ours, theirs]) => ours.has(seed) && theirs.has(seed)),
  );
  if (seeds.length === 0) return "";
  const last = (runs: Cell["runs"], seed: number): number => runs.get(seed)!.named.at(-1)!;
  const each = seeds.map((seed) =>
    mean(pairs.map(([ours, theirs]) => last(ours, seed) - last(theirs, seed))),
  );
  return `${meanWithError(each)} (${seeds.length})`;
}
