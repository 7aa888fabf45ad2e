import type { WorkerRow } from "../../views/workers.ts";
import { duration, figure } from "../../views/numbers.ts";
import type { Colors } from "../io.ts";
import { renderTable, type Cell, type Column } from "./table.ts";

const columns: readonly Column[] = [
  { head: "host" },
  { head: "worker" },
  { head: "engine" },
  { head: "GPU", optional: true },
  { head: "trial" },
  { head: "epoch", align: "right", optional: true },
  { head: "epochs/s", align: "right", optional: true },
  { head: "labels", optional: true },
  { head: "last seen", align: "right" },
];

/** Slots as a table, with a line that sums them up. `now`: milliseconds since 1970. */
export function workersText(
  rows: readonly WorkerRow[],
  { now, width, colors }: { readonly now: number; readonly width: number; readonly colors: Colors },
): string {
  const hosts = new Set(rows.map(({ host }) => host)).size;
  const free = rows.filter(({ running }) => running === null).length;
  const speed = rows.reduce((sum, { epochsPerSecond }) => sum + (epochsPerSecond ?? 0), 0);
  const total =
    `${hosts} machine${hosts === 1 ? "" : "s"}, ${rows.length} slot${rows.length === 1 ? "" : "s"}, ${free} free` +
    (speed > 0 ? `, ${figure(speed)} epochs per second` : "");
  const cells = rows.map((row) => cellsOf(row, now, colors));
  return `${renderTable(columns, cells, width, colors.bold).lines.join("\n")}\n\n${total}`;
}

function cellsOf(row: WorkerRow, now: number, colors: Colors): Cell[] {
  const { running, epoch, epochs } = row;
  const labels = Object.entries(row.labels).map(([key, value]) => `${key}=${value}`);
  return [
    { text: row.host },
    { text: row.worker },
    { text: row.engine ?? "–" },
    { text: row.gpu ?? (row.device === "cpu" ? "–" : (row.device ?? "–")) },
    running === null
      ? { text: "free", style: colors.green }
      : {
          text: `${running.study} ${running.trial}${running.attempt > 1 ? ` (attempt ${running.attempt})` : ""}`,
        },
    { text: epoch === null ? "" : `${epoch}/${epochs ?? "?"}` },
    { text: row.epochsPerSecond === null ? "" : figure(row.epochsPerSecond) },
    { text: labels.join(" "), style: colors.dim },
    {
      text: `${duration(Math.max(0, Math.round((now - row.lastSeen) / 1000) * 1000))} ago`,
      style: colors.dim,
    },
  ];
}
