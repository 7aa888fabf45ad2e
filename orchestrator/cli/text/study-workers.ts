import { plural } from "../../../worker/data/errors.ts";
import type { StudyWorker } from "../../views/study-workers.ts";
import { lanesWords } from "../../views/worker-processes.ts";
import type { Colors } from "../io.ts";
import { droppedWords, renderTable, type Cell, type Column } from "./table.ts";

const columns: readonly Column[] = [
  { head: "worker" },
  { head: "host", optional: true },
  { head: "engine", optional: true },
  { head: "trial", align: "right" },
  { head: "attempts", align: "right" },
  { head: "lost", align: "right" },
  { head: "failed", align: "right" },
  { head: "epochs", align: "right" },
  { head: "busy", align: "right" },
];

/** The workers of one study, a line each; one for all lanes of a process. */
export function studyWorkersText(
  workers: readonly StudyWorker[],
  width: number,
  colors: Colors,
): readonly string[] {
  if (workers.length === 0) return ["no worker has been there yet"];
  const { lines, dropped } = renderTable(
    columns,
    workers.map((row) => cellsOf(row, colors)),
    width,
    colors.bold,
  );
  const busy = workers.reduce((sum, { training }) => sum + training, 0);
  const all = workers.reduce((sum, { lanes }) => sum + lanes, 0);
  const sum = `${plural(all, "worker")} so far, ${busy} with a trial now; busy: share of its time in the study with a trial`;
  return [...lines, "", colors.dim(sum), ...droppedWords(dropped).map(colors.dim)];
}

function cellsOf(row: StudyWorker, colors: Colors): readonly Cell[] {
  const alarming = (count: number): Cell =>
    count === 0 ? { text: "0", style: colors.dim } : { text: String(count), style: colors.yellow };
  return [
    { text: row.id },
    { text: row.host },
    { text: row.engine ?? "–" },
    nowCell(row, colors),
    { text: String(row.ended) },
    alarming(row.lost),
    alarming(row.failed),
    { text: String(row.epochs) },
    { text: row.busy === null ? "–" : `${Math.round(100 * row.busy)}%` },
  ];
}

function nowCell({ trial, lanes, training }: StudyWorker, colors: Colors): Cell {
  if (lanes > 1) return { text: lanesWords(training, lanes) };
  return trial === null ? { text: "–", style: colors.dim } : { text: String(trial), style: colors.cyan };
}
