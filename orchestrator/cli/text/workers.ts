import { plural } from "../../../worker/data/errors.ts";
import { byProcess, lanesWords } from "../../views/worker-processes.ts";
import type { SlotRow } from "../../views/workers.ts";
import { duration, figure } from "../../views/numbers.ts";
import type { Colors } from "../io.ts";
import { protocolVersion } from "../../../worker/protocol/assignment.ts";
import { fold } from "./fold.ts";
import { droppedWords, renderTable, type Cell, type Column } from "./table.ts";
import { printable } from "../../views/text-width.ts";

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
  rows: readonly SlotRow[],
  { now, width, colors }: { readonly now: number; readonly width: number; readonly colors: Colors },
): string {
  const hosts = new Set(rows.map(({ host }) => host)).size;
  const free = rows.filter(isFree).length;
  const speed = rows.reduce((sum, { epochsPerSecond }) => sum + (epochsPerSecond ?? 0), 0);
  const total =
    `${hosts} machine${hosts === 1 ? "" : "s"}, ${rows.length} slot${rows.length === 1 ? "" : "s"}, ${free} free` +
    (speed > 0 ? `, ${figure(speed)} epochs per second` : "");
  const cells = byProcess(rows, ({ worker }) => worker).map(({ id, lanes }) =>
    cellsOf(id, lanes, now, colors),
  );
  const { lines, dropped } = renderTable(columns, cells, width, colors.bold);
  const folded = (texts: readonly string[]): string[] => texts.flatMap((text) => fold(text, width));
  const notes = [
    ...folded(foreignWords(rows)).map(colors.yellow),
    ...folded(droppedWords(dropped)).map(colors.dim),
  ];
  return [...lines, "", total, ...notes].join("\n");
}

function isFree({ running, compatible }: SlotRow): boolean {
  return running === null && compatible;
}

/** `2 slots on gpu-box speak protocol 3, this is 2: install the same seqtune there` */
function foreignWords(rows: readonly SlotRow[]): string[] {
  const installs = new Map<string, SlotRow[]>();
  for (const row of rows) {
    if (row.compatible) continue;
    const install = `${row.host} ${row.protocol}`;
    installs.set(install, [...(installs.get(install) ?? []), row]);
  }
  return [...installs.values()].map((slots) => {
    const { host, protocol } = slots[0]!;
    const verb = slots.length === 1 ? "speaks" : "speak";
    return `${plural(slots.length, "slot")} on ${printable(host)} ${verb} protocol ${protocol}, this is ${protocolVersion}: no trials for them; install the same seqtune there`;
  });
}

/** One line a process: what its lanes do, or the one that it has. */
function cellsOf(id: string, lanes: readonly [SlotRow, ...SlotRow[]], now: number, colors: Colors): Cell[] {
  const row = lanes.length === 1 ? lanes[0] : together(id, lanes);
  const { epoch, epochs } = row;
  const labels = Object.entries(row.labels).map(([key, value]) => `${key}=${value}`);
  return [
    { text: row.host },
    { text: row.worker },
    { text: row.engine ?? "–" },
    { text: row.gpu ?? (row.device === "cpu" ? "–" : (row.device ?? "–")) },
    lanes.length === 1 ? trialCell(row, colors) : lanesCell(lanes, colors),
    { text: epoch === null ? "" : `${epoch}/${epochs ?? "?"}` },
    { text: row.epochsPerSecond === null ? "" : figure(row.epochsPerSecond) },
    { text: labels.join(" "), style: colors.dim },
    {
      text: `${duration(Math.max(0, Math.round((now - row.lastSeen) / 1000) * 1000))} ago`,
      style: colors.dim,
    },
  ];
}

function trialCell({ running, compatible, protocol }: SlotRow, colors: Colors): Cell {
  if (running !== null) {
    const again = running.attempt > 1 ? ` (attempt ${running.attempt})` : "";
    return { text: `${running.study} ${running.trial}${again}` };
  }
  return compatible
    ? { text: "free", style: colors.green }
    : { text: `protocol ${protocol}`, style: colors.yellow };
}

function together(id: string, lanes: readonly [SlotRow, ...SlotRow[]]): SlotRow {
  const speeds = lanes.flatMap(({ epochsPerSecond }) => epochsPerSecond ?? []);
  return {
    ...lanes[0],
    worker: id,
    epoch: null,
    epochsPerSecond: speeds.length === 0 ? null : speeds.reduce((sum, speed) => sum + speed, 0),
    lastSeen: Math.max(...lanes.map(({ lastSeen }) => lastSeen)),
  };
}

function lanesCell(lanes: readonly SlotRow[], colors: Colors): Cell {
  const training = lanes.filter(({ running }) => running !== null).length;
  const text = lanesWords(training, lanes.length);
  return training === 0 ? { text, style: colors.dim } : { text };
}
