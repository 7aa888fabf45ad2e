import { countsText } from "../../views/counts.ts";
import { figure, localTime } from "../../views/numbers.ts";
import { standingOf, standingText, type Standing } from "../../views/standing.ts";
import type { StudyRow } from "../../views/studies.ts";
import type { Colors } from "../io.ts";
import { fold } from "./fold.ts";
import { droppedWords, renderTable, type Cell, type Column } from "./table.ts";

const columns: readonly Column[] = [
  { head: "study" },
  { head: "state" },
  { head: "best", align: "right" },
  { head: "metric" },
  { head: "trials", align: "right" },
  { head: "outcomes", optional: true },
  { head: "started", optional: true },
];

/** The studies as a table, the newest first. */
export function studiesText(rows: readonly StudyRow[], width: number, colors: Colors): string {
  const cells = rows.toReversed().map((row) => studyCells(row, colors));
  const { lines, dropped } = renderTable(columns, cells, width, colors.bold);
  const rest = droppedWords(dropped).flatMap((text) => fold(text, width));
  return [...lines, ...(rest.length === 0 ? [] : ["", ...rest.map(colors.dim)])].join("\n");
}

function studyCells(row: StudyRow, colors: Colors): Cell[] {
  const standing = standingOf(row);
  return [
    { text: row.name },
    { text: standingText(standing, row.name), style: standingStyle(standing, colors) },
    { text: figure(row.best) },
    { text: row.metric, style: colors.dim },
    { text: String(row.trials) },
    { text: countsText(row.counts, standing === "running"), style: colors.dim },
    { text: localTime(row.startedAt), style: colors.dim },
  ];
}

function standingStyle(standing: Standing, colors: Colors): (text: string) => string {
  switch (standing) {
    case "running":
      return colors.cyan;
    case "complete":
      return colors.green;
    case "failed":
      return colors.red;
    case "abandoned":
    case "interrupted":
    case "stopped":
      return colors.yellow;
    default:
      return standing satisfies never;
  }
}
