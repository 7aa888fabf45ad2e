import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { seedFor } from "../../search/random.ts";
import type { Params } from "../../search/space.ts";
import { protocolVersion, type ProgramAssignment } from "../../worker/protocol/assignment.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import type { AttemptEnd } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";
import type { ProgramLog, ProgramSpec } from "../../worker/protocol/program/spec.ts";
import type { Sweep } from "../config/sweep.ts";
import { localWorkers } from "../questions/local-workers.ts";

/** What came of running a program once. */
export interface Trying {
  readonly params: Params;
  readonly reports: readonly { readonly epoch: number; readonly metrics: Readonly<Record<string, number>> }[];
  readonly end: AttemptEnd;
  readonly log: ProgramLog;
  readonly seconds: number;
}

/**
 * Runs the program for one epoch of one trial, in a worker as a study's. One that trains more is ended after its first report
 * beyond. Throws `UserError` when the signal fires.
 */
export async function tryProgram(
  sweep: Sweep,
  program: ProgramSpec,
  params: Params,
  signal: AbortSignal,
): Promise<Trying> {
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-try-"));
  const assignment: ProgramAssignment = {
    version: protocolVersion,
    kind: "program",
    ref: { study: "try", trial: 0, attempt: 1 },
    seed: seedFor(sweep.seed, "train", 0),
    program,
    params: structuredClone(params) as ProgramAssignment["params"], // the same, which may be changed
    epochs: 1,
    reported: 0,
    ...(sweep.budget.epochs > 1 ? { pauses: true } : {}),
    metric: sweep.metric,
  };
  const begun = systemClock.monotonic();
  try {
    const [messages = []] = await localWorkers({ blobFolder: folder, engine: "program" })(
      [assignment],
      signal,
    );
    const ended = messages.find((message) => message.kind === "ended");
    return {
      params,
      reports: messages.flatMap((message) =>
        message.kind === "report" ? [{ epoch: message.epoch, metrics: numbers(message.metrics) }] : [],
      ),
      end: ended?.end ?? { kind: "failed", failure: "error", message: "its end was not heard" },
      log: ended?.log ?? { lines: [], notes: [] },
      seconds: (systemClock.monotonic() - begun) / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function numbers(metrics: Readonly<Record<string, Parameters<typeof fromWire>[0]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, fromWire(value)]));
}
