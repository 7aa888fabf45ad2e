/**
 * `run`, `resume` and `standby` begin differently and go on alike: a view, signals, a study driven to its end, its leaderboard, an
 * exit code. The part that is alike is here.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Study } from "../../storage/store.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { exitCodes } from "../errors.ts";
import { StudyEvents } from "../events.ts";
import type { HomeModel } from "../result/home-model.ts";
import { isProgramStudy } from "../result/program-output.ts";
import type { RunOptions } from "../run/compose.ts";
import type { StudyResult } from "../run/run-sweep.ts";
import { homeModelText } from "./text/home-model.ts";
import { leaderboardText } from "./text/leaderboard.ts";
import { verdictText } from "./text/verdict.ts";
import { shownPath } from "./text/shell-word.ts";
import { note, print, type Io } from "./io.ts";
import { labHint } from "./nats-options.ts";
import { dbHint } from "./options.ts";
import { reportPlace } from "./report-file.ts";
import { startBeside } from "./live/dashboard.ts";
import { watchSignals } from "./live/interrupts.ts";
import { watchStudy, type ViewKind } from "./live/watch.ts";
import { viewKind, type ViewOptions } from "./view-options.ts";
import { follow, type StudyWatch } from "./watched.ts";

export type Drive = (
  run: Pick<RunOptions, "events" | "interrupts" | "model" | "observer">,
) => Promise<StudyResult>;

/** Runs a study under the chosen view, then shows its leaderboard and sets the exit code. */
export async function driveAndShow(
  io: Io,
  flags: ViewOptions,
  sweep: Sweep,
  { db, lab, watch }: Pick<RunOptions, "db" | "lab"> & { readonly watch: StudyWatch },
  drive: Drive,
): Promise<void> {
  const events = new StudyEvents();
  const view = viewKind(io, flags);
  const report = flags.report === undefined ? null : reportPlace(io.cwd, flags.report);
  const { trials, epochs, wallTimeMs } = sweep.budget;
  follow(watch, events, db);
  const shown = watch.log === null ? io : withoutNotes(io);
  const watching = await watchStudy(events, view, shown, {
    db,
    metric: sweep.metric.name,
    trials: trials ?? null,
    epochs,
    wallTimeMs: wallTimeMs ?? null,
    ...(sweep.goals !== undefined && { goals: sweep.goals }),
    inLab: lab !== undefined,
  });
  const signals = watchSignals((count) => {
    const message = count === 1 ? "handing running trials back; Ctrl-C again ends at once" : "ending at once";
    if (view === "json") note(io, message);
    else events.emit({ kind: "notice", message, at: Date.now() });
  });
  const beside = flags.dashboard
    ? startBeside(db, (message) => {
        if (view === "quiet") note(io, message);
        else events.emit({ kind: "notice", message, at: Date.now() });
      })
    : null;
  let result: StudyResult;
  try {
    const observer = watch.metrics === null ? {} : { observer: watch.metrics };
    result = await drive({ events, interrupts: signals, ...observer, ...modelPlace(io, flags) });
  } finally {
    watching.stop();
    signals.stop();
    beside?.stop();
  }
  showResult(io, flags, db, result, view);
  if (report !== null) await showReport(io, report, result.study, db);
}

/** For a view whose notices stand in the log as events. */
function withoutNotes({ stdout, env, cwd, columns, colors, closed, exitCode }: Io): Io {
  return { stdout, stderr: { write: () => {} }, env, cwd, columns, colors, closed, exitCode };
}

async function showReport(io: Io, file: string, study: string, db: string): Promise<void> {
  const { writeReport } = await import("../run/write-report.ts");
  await writeReport(study, file, { db, signal: new AbortController().signal, at: Date.now() });
  note(io, `report in ${shownPath(io.cwd, file)}`);
}

function modelPlace(io: Io, { model, modelOut }: ViewOptions): Pick<RunOptions, "model"> {
  if (model === false) return {};
  if (modelOut === undefined) return { model: { kind: "beside_database" } };
  return { model: { kind: "folder", folder: path.resolve(io.cwd, modelOut) } };
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
    if (result.verdict !== null) print(io, `\n${verdictText(result.verdict, io.colors, dbHint(io, flags))}`);
    showModel(io, result.model, study);
  } finally {
    store.close();
  }
}

/** With the data of the study, where it has some, as an example of what to predict from, if it is still there and says enough. */
function showModel(io: Io, model: HomeModel, study: Study): void {
  const { file } = study.data;
  const stored = parseStoredSweep(study.config);
  const looksAhead = stored.ok && (stored.sweep.data.settings.known_future ?? []).length > 0;
  const data = isProgramStudy(study)
    ? null
    : existsSync(file) && !looksAhead
      ? shownPath(io.cwd, file)
      : "new-data.csv";
  const text = homeModelText(model, { cwd: io.cwd, data });
  if (text === null) return;
  if (model.kind === "not_written") note(io, text);
  else print(io, `\n${text}`);
}

function exitCodeOf(result: StudyResult, trained: boolean): number {
  if (result.state === "interrupted") return exitCodes.interrupted;
  if (result.state === "failed") return exitCodes.nothingTrained;
  return trained ? exitCodes.ok : exitCodes.nothingTrained;
}
