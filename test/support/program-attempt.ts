/** One attempt at a trial by a program, in a folder per test. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { protocolVersion, type ProgramAssignment } from "../../worker/protocol/assignment.ts";
import { ProgramRun } from "../../worker/program/run-program.ts";
import type { Finished, Progress } from "../../worker/training/trainer.ts";
import { folder } from "./folder-per-test.ts";

export interface Attempt {
  readonly run: ProgramRun;
  readonly news: readonly Progress[];
}

export interface Options extends Partial<ProgramAssignment> {
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly checkpoint?: Uint8Array;
}

export function start(
  command: readonly string[],
  { timeoutMs, graceMs = 5000, checkpoint, ...more }: Options = {},
): Attempt {
  const news: Progress[] = [];
  const assignment: ProgramAssignment = {
    version: protocolVersion,
    kind: "program",
    ref: { study: "s", trial: 4, attempt: 2 },
    seed: 7,
    program: { graceMs },
    params: {},
    epochs: 3,
    reported: 0,
    metric: { name: "val_loss", goal: "minimize" },
    ...more,
  };
  const program = {
    command,
    folder,
    env: { PATH: process.env["PATH"] ?? "" },
    timeoutMs: timeoutMs ?? null,
    graceMs,
    checkpointMs: 300_000,
  };
  return { run: new ProgramRun(assignment, program, checkpoint, (one) => news.push(one)), news };
}

export const shell = (script: string, options?: Options): Attempt =>
  start(["/bin/sh", "-c", script], options);
export const node = (script: string, options?: Options): Attempt =>
  start([process.execPath, "-e", script], options);

export async function endOf({ run }: Attempt): Promise<Finished> {
  return await run.finished;
}

export function values({ news }: Attempt): [number, unknown][] {
  return news.flatMap((one) => (one.kind === "report" ? [[one.epoch, one.metrics["val_loss"]]] : []));
}

/** A file the program makes. */
export const made = (name: string): string => path.join(folder, name);
export const written = (name: string): string => readFileSync(made(name), "utf8");
export const pidIn = (name: string): number => Number(written(name));
