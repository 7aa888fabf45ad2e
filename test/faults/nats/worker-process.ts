/**
 * A worker in a process of its own, to be killed: real bus, real agent, and trials that train nothing. Each
 * report also says which attempt made it, so that one counted for another attempt can be seen. Prints `ready`
 * when it is connected, problems, when a trial is told to stop, and `ended`. With `--dies-in N` it dies in trial N;
 * `--before WORDS` is how its supervisor says that the process before it ended.
 *
 * The curve is that of test/support/scripted-worker.ts, so a study here ends like the same study over pipes.
 */
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { runAgent } from "../../../worker/agent.ts";
import type { TrialAssignment } from "../../../worker/protocol/assignment.ts";
import { createWorkerBus } from "../../../worker/protocol/nats/worker/worker-bus.ts";
import type { Finished, Interruption, Progress, Trainer } from "../../../worker/training/trainer.ts";
import { setWallClockOff } from "../../support/wall-clock.ts";
import { credentialsIn } from "./credentials.ts";
import { processTimings } from "./fault-timings.ts";

const { values } = parseArgs({
  options: {
    id: { type: "string", default: "" },
    server: { type: "string", default: "" },
    folder: { type: "string", default: "" },
    "epoch-ms": { type: "string", default: "5" },
    creds: { type: "string" },
    "clock-off": { type: "string", default: "0" },
    "dies-in": { type: "string" },
    before: { type: "string" },
  },
});
setWallClockOff(Number(values["clock-off"]));
const epochMs = Number(values["epoch-ms"]);
const checkpointEvery = 4;

async function train(
  assignment: TrialAssignment,
  interruption: () => Interruption | null,
  onProgress: (news: Progress) => void,
): Promise<Finished> {
  const { learning_rate: rate = 0.01 } = assignment.settings.model;
  for (let epoch = (assignment.from?.epoch ?? 0) + 1; epoch <= assignment.epochs; epoch++) {
    await sleep(epochMs);
    if (values["dies-in"] === String(assignment.ref.trial)) process.kill(process.pid, "SIGKILL");
    const how = interruption();
    if (how === "stop") {
      console.log(`told to stop trial ${assignment.ref.trial} attempt ${assignment.ref.attempt}`);
      return { end: { kind: "stopped" } };
    }
    if (how !== null) return { end: { kind: how === "pause" ? "paused" : "handed_back", epoch: epoch - 1 } };
    const value = Math.abs(Math.log10(rate) + 2) + 1 / epoch;
    const metrics = { val_mse: value, attempt: assignment.ref.attempt };
    onProgress({ kind: "report", epoch, metrics, seconds: epochMs / 1000 });
    if (epoch % checkpointEvery === 0) {
      const bytes = new TextEncoder().encode(`trial ${assignment.ref.trial} epoch ${epoch}`);
      onProgress({ kind: "checkpoint", epoch, bytes });
    }
  }
  return { end: { kind: "complete" } };
}

const trainer: Trainer = {
  engine: async () => ({ engine: "none", backend: "none", version: "0", device: "none" }),
  run: (assignment, _material, onProgress) => {
    if (assignment.kind !== "trial") throw new Error("these workers only know trials");
    let interruption: Interruption | null = null;
    return {
      finished: train(assignment, () => interruption, onProgress),
      interrupt: (how) => (interruption = how),
    };
  },
  close: async () => {},
};

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const bus = await createWorkerBus({
  servers: values.server,
  ...credentialsIn(values.creds),
  id: values.id,
  folder: values.folder,
  timings: processTimings().timings,
  onProblem: (problem) => console.log(`problem: ${problem.message}`),
});
console.log("ready");
const plain = { id: values.id, host: values.id, pid: process.pid, version: "0", labels: {} };
const info = values.before === undefined ? plain : { ...plain, before: values.before };
await runAgent({ bus, trainer, info, signal: stop.signal });
await bus.close();
console.log("ended");
process.exit(0);
