/** What a trial costs besides the program's own start: a program that only reports, run bare and as an attempt. Run: npx tsx bench/program.ts */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { protocolVersion, type ProgramAssignment } from "../worker/protocol/assignment.ts";
import { ProgramRun } from "../worker/program/run-program.ts";
import { machineLine } from "./machine.ts";

const command = ["/bin/sh", "-c", `echo '{"val_loss": 1}'`] as const;
const graceMs = 1000;
const assignment: ProgramAssignment = {
  version: protocolVersion,
  kind: "program",
  ref: { study: "s", trial: 0, attempt: 1 },
  seed: 1,
  program: { graceMs },
  params: { lr: 0.1 },
  epochs: 1,
  reported: 0,
  metric: { name: "val_loss", goal: "minimize" },
};
const env = { PATH: process.env["PATH"] ?? "" };

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const bare: number[] = [];
const run: number[] = [];
for (let round = 0; round < 100; round++) {
  bare.push(await timed(async () => await once(spawn(command[0], command.slice(1)), "close")));
  const local = { command, folder: "/tmp", env, timeoutMs: null, graceMs, checkpointMs: 300_000 };
  run.push(await timed(async () => await new ProgramRun(assignment, local, undefined, () => {}).finished));
}

const shown = (times: readonly number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  return `${sorted[0]!.toFixed(1)} ms at best, ${sorted[sorted.length >> 1]!.toFixed(1)} ms in the middle`;
};
console.log(machineLine());
console.log(`bare: ${shown(bare)}`);
console.log(`as an attempt: ${shown(run)}`);
