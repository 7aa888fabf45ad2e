import type { Assignment, ProgramAssignment } from "../protocol/assignment.ts";
import { defaultCheckpointMs } from "../protocol/program/spec.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { Material, Progress, Running, Trainer } from "../training/trainer.ts";
import { version } from "../version.ts";
import { ProgramRun, type LocalProgram } from "./run-program.ts";

/** What this machine runs for an assignment; a text: why it runs nothing, in a sentence. */
export type FindProgram = (assignment: ProgramAssignment) => LocalProgram | string;

/** Runs programs as trials. */
export class ProgramTrainer implements Trainer {
  private readonly find: FindProgram;

  constructor(find: FindProgram) {
    this.find = find;
  }

  async engine(): Promise<EngineInfo> {
    return { engine: "program", backend: process.platform, version, device: "any" };
  }

  run(assignment: Assignment, material: Material, onProgress: (news: Progress) => void): Running {
    if (assignment.kind !== "program")
      return failed(`this worker runs programs only, not ${assignment.kind}`);
    const program = this.find(assignment);
    if (typeof program === "string") return failed(program);
    const run = new ProgramRun(assignment, program, material.weights, onProgress);
    return { finished: run.finished, interrupt: (how) => run.interrupt(how) };
  }

  async close(): Promise<void> {}
}

function failed(message: string): Running {
  return {
    finished: Promise.resolve({ end: { kind: "failed", failure: "error", message } }),
    interrupt: () => {},
  };
}

/** Credentials and settings of ours are not the program's business; SEQTUNE_ variables are its own. */
const ours = /^(?:SEQTUNE|NATS)_/;

/** On one's own machine: the sweep's own command, in the environment of the person who runs it. */
export function ownProgram({ program }: ProgramAssignment): LocalProgram | string {
  const { command, folder, env = {}, timeoutMs, graceMs, checkpointMs = defaultCheckpointMs } = program;
  if (command === undefined || folder === undefined)
    return "the trial names a program, and this worker knows none";
  const inherited = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined || ours.test(name) ? [] : [[name, value]],
  );
  return {
    command,
    folder,
    env: { ...Object.fromEntries(inherited), ...env },
    timeoutMs: timeoutMs ?? null,
    graceMs,
    checkpointMs,
  };
}
