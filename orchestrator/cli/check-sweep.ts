import { availableParallelism } from "node:os";
import { refOf } from "../../worker/protocol/local/file-blobs.ts";
import type { ProgramSpec } from "../../worker/protocol/program/spec.ts";
import type { Sweep } from "../config/sweep.ts";
import { readData, withDataFile } from "../run/data-file.ts";
import { knownOfCsv, knownOfStudy } from "../known/known-results.ts";
import { tryProgram, type Trying } from "../run/try-program.ts";
import { exitCodes } from "../errors.ts";
import { baselinesSoon, threadsAhead } from "../run/baselines/beside.ts";
import { checkSweep, settleSweep, withBaselines } from "../views/check/check.ts";
import { checkProgram, exampleParams } from "../views/check/program-check.ts";
import { note, print, printJson, type Io } from "./io.ts";
import { watchSignals } from "./live/interrupts.ts";
import { withStore, type DbOptions } from "./options.ts";
import { starting } from "./first-sign.ts";
import { checkProgramText } from "./text/check-program.ts";
import { checkEndText, checkText } from "./text/check.ts";

export interface CheckFlags extends DbOptions {
  readonly json?: true;
  readonly try?: true;
  /** `false`: --no-baselines. */
  readonly baselines: boolean;
}

export async function checkAnySweep(sweep: Sweep, file: string, flags: CheckFlags, io: Io): Promise<void> {
  if (sweep.program !== undefined) {
    await checkProgramSweep(sweep, sweep.program, file, flags, io);
    return;
  }
  const ended = new AbortController();
  try {
    await checkModelSweep(sweep, file, flags, io, ended.signal);
  } finally {
    ended.abort();
  }
}

/** `ended`: fires where it ends without the baselines. */
async function checkModelSweep(
  sweep: Sweep,
  file: string,
  flags: CheckFlags,
  io: Io,
  ended: AbortSignal,
): Promise<void> {
  const data = sweep.data.file;
  const bytes = await readData(data, sweep.data.settings);
  const processors = availableParallelism();
  const ahead = flags.baselines
    ? threadsAhead(bytes.length, sweep.data.settings.folds ?? 1, processors, ended)
    : null;
  const { check, baselines } = await meanwhile(io, flags, "looking at the data …", () =>
    withDataFile(data, () => {
      const settled = settleSweep(sweep, bytes);
      const baselines = flags.baselines
        ? baselinesSoon(settled.baselines, processors, { ahead, signal: ended })
        : null;
      baselines?.catch(() => undefined); // they are awaited after the look
      return { check: checkSweep(settled), baselines };
    }),
  );
  const known = await knownOf(sweep, bytes, flags, io);
  const style = { ...io, file, known };
  if (!flags.json) print(io, `${checkText(check, style)}\n`);
  const whole =
    baselines === null
      ? null
      : await meanwhile(io, flags, "computing the baselines …", () =>
          withDataFile(data, async () => withBaselines(check, (await baselines).found)),
        );
  if (flags.json) printJson(io, { ...(whole ?? withBaselines(check, [])), known });
  else print(io, checkEndText(whole, style));
}

/** Does what takes a while; what is said meanwhile on a terminal is taken away again. */
async function meanwhile<T>(io: Io, { json }: CheckFlags, words: string, work: () => Promise<T>): Promise<T> {
  if (json === true || !Number.isFinite(io.columns)) return await work();
  const clear = starting(io, words);
  try {
    return await work();
  } finally {
    clear();
  }
}

async function checkProgramSweep(
  sweep: Sweep,
  program: ProgramSpec,
  file: string,
  flags: CheckFlags,
  io: Io,
): Promise<void> {
  const check = checkProgram(sweep, program);
  const known = await knownOf(sweep, new Uint8Array(), flags, io);
  const signals = watchSignals(() => note(io, "\ninterrupted"));
  let tried: Trying | null = null;
  try {
    if (flags.try) tried = await tryProgram(sweep, program, exampleParams(sweep), signals.finish);
  } finally {
    signals.stop();
  }
  if (flags.json) printJson(io, { ...check, known, tried });
  else print(io, checkProgramText(check, tried, { ...io, file, known }));
  if (tried?.end.kind === "failed") io.exitCode = exitCodes.usage;
}

/** What the search would know from elsewhere, in a sentence; `null` without `known:`. Throws `UserError`. */
async function knownOf(sweep: Sweep, data: Uint8Array, flags: CheckFlags, io: Io): Promise<string | null> {
  const { known } = sweep;
  if (known === undefined) return null;
  if ("csv" in known) return (await knownOfCsv(known.csv, sweep)).notice;
  return withStore(io, flags, (store) => knownOfStudy(store, known.study, sweep, refOf(data))).notice;
}
