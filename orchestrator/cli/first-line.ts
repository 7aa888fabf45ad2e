import { systemClock } from "../../worker/protocol/clock.ts";
import { plural } from "../../worker/data/errors.ts";
import type { Sweep } from "../config/sweep.ts";
import { unitOf } from "../lr-range/metric.ts";
import { jsonText, printable } from "../views/text-width.ts";
import { starting } from "./first-sign.ts";
import { print, type Io } from "./io.ts";
import type { ViewKind } from "./live/watch.ts";
import { shownPath } from "./text/shell-word.ts";

/**
 * Tells a log or a program what begins, before code and data are loaded, and a terminal that something does. Returns what takes that away
 * again.
 */
export function firstLine(io: Io, view: ViewKind, sweep: Sweep): () => void {
  if (view === "live") return starting(io);
  const message = whatBegins(io.cwd, sweep);
  if (view === "lines") print(io, printable(message));
  if (view === "json") print(io, jsonText({ kind: "notice", message, at: systemClock.now() }));
  return () => {};
}

function whatBegins(cwd: string, { name, budget, data, metric, program }: Sweep): string {
  const { trials, epochs } = budget;
  const what = `${trials === undefined ? "trials" : plural(trials, "trial")} of up to ${plural(epochs, unitOf(metric.name))}`;
  return `sweep ${name}: ${what}${program === undefined ? `, ${shownPath(cwd, data.file)}` : ""}`;
}
