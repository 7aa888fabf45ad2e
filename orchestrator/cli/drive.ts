import type { Command } from "commander";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Sweep } from "../config/sweep.ts";
import { exitCodes } from "../errors.ts";
import { StudyEvents } from "../events.ts";
import type { RunOptions, StudyResult } from "../run-sweep.ts";
import { leaderboardText } from "./text/leaderboard.ts";
import { note, print, type Io } from "./io.ts";
import { labHint, type NatsFlags } from "./nats-options.ts";
import { dbHint } from "./options.ts";
import { watchSignals } from "./live/interrupts.ts";
import { watchStudy, type ViewKind } from "./live/watch.ts";

export interface ViewOptions extends NatsFlags {
  readonly db?: string;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly quiet?: boolean;
}

export function viewOptions(command: Command): Command {
  return command
    .option("--plain", "lines instead of the live view (as when piped)")
    .option("--quiet", "nothing but the leaderboard at the end")
    .option("--json", "every event as a line of JSON, nothing else on standard output");
}

type Drive = (run: Pick<RunOptions, "events" | "interrupts">) => Promise<StudyResult>;

/** Runs a study under the chosen view, then shows its leaderboard and sets the exit code. */
export async function driveAndShow(
  io: Io,
  flags: ViewOptions,
  sweep: Sweep,
  db: string,
  drive: Drive,
): Promise<void> {
  const events = new StudyEvents();
  const view = viewKind(io, flags);
  const { trials, epochs } = sweep.budget;
  const watching = watchStudy(events, view, io, {
    db,
    metric: sweep.metric.name,
    trials: trials ?? null,
    epochs,
  });
  const signals = watchSignals((count) => {
    const message = count === 1 ? "handing running trials back; Ctrl-C again ends at once" : "ending at once";
    if (view === "json") note(io, message);
    else events.emit({ kind: "notice", message, at: Date.now() });
  });
  let result: StudyResult;
  try {
    result = await drive({ events, interrupts: signals });
  } finally {
    watching.stop();
    signals.stop();
  }
  showResult(io, flags, db, result, view);
}

function viewKind(io: Io, { json, plain, quiet }: ViewOptions): ViewKind {
  if (json === true) return "json";
  if (quiet === true) return "quiet";
  return plain === true || !Number.isFinite(io.columns) ? "lines" : "live";
}

function showResult(io: Io, flags: ViewOptions, db: string, result: StudyResult, view: ViewKind): void {
  const store = openStore(db, { readonly: true });
  try {
    const study = store.findStudy(result.study);
    if (study === null) return;
    const [best] = store.trials(study.id, { order: "rank", limit: 1 });
    const trained = best !== undefined && best.value !== null;
    io.exitCode = exitCodeOf(result, trained);
    if (view === "json") return;
    const hint = labHint(flags);
    const lab = hint === "" ? undefined : { hint, isHere: true };
    print(io, leaderboardText(io, store, study, { file: db, hint: dbHint(io, flags) }, lab));
  } finally {
    store.close();
  }
}

function exitCodeOf(result: StudyResult, trained: boolean): number {
  if (result.state === "interrupted") return exitCodes.interrupted;
  if (result.state === "failed") return exitCodes.nothingTrained;
  return trained ? exitCodes.ok : exitCodes.nothingTrained;
}
