/**
 * A worker process whose trials train nothing: each epoch reports a value that follows from the settings, so
 * that everything around training can be tested and timed through real processes.
 *
 * The curve: val_mse at epoch e = |log10(learning_rate) + 2| + 1 / e. Arguments: `--epoch-ms` per epoch,
 * `--noise S` adds a normal
 * number of deviation S that follows from the trial's seed, `--crash-hidden N` kills the process (SIGKILL) in epoch 2 of a trial with that hidden size.
 */
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { rngFor } from "../../search/random.ts";
import { runAgent } from "../../worker/agent.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { parentChannel } from "../../worker/protocol/local/process-channel.ts";
import { LocalWorkerBus } from "../../worker/protocol/local/worker-end.ts";
import type { TrialAssignment } from "../../worker/protocol/assignment.ts";
import type { EngineInfo } from "../../worker/protocol/messages.ts";
import type { Finished, Interruption, Progress, Trainer } from "../../worker/training/trainer.ts";

const { values } = parseArgs({
  options: {
    id: { type: "string", default: "scripted" },
    blobs: { type: "string", default: "." },
    engine: { type: "string" },
    "epoch-ms": { type: "string", default: "0" },
    "crash-hidden": { type: "string", default: "-1" },
    noise: { type: "string", default: "0" },
  },
});
const epochMs = Number(values["epoch-ms"]);
const noise = Number(values.noise);
const crashHidden = Number(values["crash-hidden"]);

class Script {
  interruption: Interruption | null = null;

  async run(assignment: TrialAssignment, onProgress: (news: Progress) => void): Promise<Finished> {
    const { hidden, learning_rate: rate = 0.01 } = assignment.settings.model;
    const luck = noise === 0 ? 0 : noise * rngFor(assignment.seed, "luck").normal();
    for (let epoch = (assignment.from?.epoch ?? 0) + 1; epoch <= assignment.epochs; epoch++) {
      if (epochMs > 0) await sleep(epochMs);
      const ended = this.interrupted(assignment, epoch - 1);
      if (ended !== null) return ended;
      if (hidden === crashHidden && epoch === 2) process.kill(process.pid, "SIGKILL");
      const value = Math.abs(Math.log10(rate) + 2) + 1 / epoch + luck;
      onProgress({
        kind: "report",
        epoch,
        metrics: { val_mse: value, train_loss: value / 2 },
        seconds: epochMs / 1000,
      });
    }
    if (assignment.pauses !== true) return { end: { kind: "complete" } };
    this.interruption = "pause";
    return this.interrupted(assignment, assignment.epochs)!;
  }

  private interrupted({ ref }: TrialAssignment, epoch: number): Finished | null {
    if (this.interruption === null) return null;
    if (this.interruption === "stop") return { end: { kind: "stopped" } };
    const kind = this.interruption === "pause" ? "paused" : "handed_back";
    if (epoch === 0) return { end: { kind, epoch } };
    // No two trials have the same weights: a file that both named would go with the first that ends.
    const bytes = new TextEncoder().encode(`trial ${ref.trial} epoch ${epoch}`);
    return { end: { kind, epoch }, checkpoint: { epoch, bytes } };
  }
}

const engine: EngineInfo = { engine: "none", backend: "none", version: "0", device: "none" };
const trainer: Trainer = {
  engine: async () => engine,
  run: (assignment, _material, onProgress) => {
    if (assignment.kind !== "trial") throw new Error("scripted workers only know trials");
    const script = new Script();
    return { finished: script.run(assignment, onProgress), interrupt: (how) => (script.interruption = how) };
  },
  close: async () => {},
};

const channel = parentChannel();
channel.onClose(() => process.exit(0));
process.on("SIGINT", () => {});
const bus = new LocalWorkerBus(channel, fileBlobs(values.blobs), 500);
const info = { id: values.id, host: "test", pid: process.pid, version: "0", labels: {} };
await runAgent({ bus, trainer, info, signal: new AbortController().signal });
await bus.close();
