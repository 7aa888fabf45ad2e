/** Runs loop.sh of a folder as an attempt, until it is killed. */
import path from "node:path";
import { protocolVersion } from "../../worker/protocol/assignment.ts";
import { ProgramRun } from "../../worker/program/run-program.ts";

const [folder = "."] = process.argv.slice(2);
await new ProgramRun(
  {
    version: protocolVersion,
    kind: "program",
    ref: { study: "s", trial: 0, attempt: 1 },
    seed: 7,
    program: { graceMs: 1000 },
    params: {},
    epochs: 1,
    reported: 0,
    metric: { name: "val_loss", goal: "minimize" },
  },
  {
    command: ["/bin/sh", path.join(folder, "loop.sh")],
    folder,
    env: { PATH: process.env["PATH"] ?? "" },
    timeoutMs: null,
    graceMs: 1000,
    checkpointMs: 300_000,
  },
  undefined,
  () => {},
).finished;
