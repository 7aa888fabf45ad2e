/** A local worker process: started by a coordinator, lives as long as it does, has one slot. */
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { version } from "./version.ts";
import { runAgent } from "./agent.ts";
import { fileBlobs } from "./protocol/local/file-blobs.ts";
import { parentChannel } from "./protocol/local/process-channel.ts";
import { LocalWorkerBus } from "./protocol/local/worker-end.ts";
import { ownProgram, ProgramTrainer } from "./program/program-trainer.ts";
import { ThreadedTrainer } from "./training/threaded-trainer.ts";

const heartbeatMs = 2000;

const { values } = parseArgs({
  options: {
    id: { type: "string", default: `pid-${process.pid}` },
    blobs: { type: "string" },
    engine: { type: "string", default: "auto" },
  },
});
if (values.blobs === undefined) throw new Error("worker: --blobs FOLDER is needed");

const channel = parentChannel();
// The coordinator is gone: nobody would hear the rest. What it had committed is safe, the trial will be repeated.
channel.onClose(() => process.exit(0));
// Ctrl-C reaches the whole process group; the coordinator decides what happens, and tells.
process.on("SIGINT", () => {});

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());

const trainer =
  values.engine === "program" ? new ProgramTrainer(ownProgram) : new ThreadedTrainer(values.engine);
const bus = new LocalWorkerBus(channel, fileBlobs(values.blobs), heartbeatMs);
const info = { id: values.id, host: hostname(), pid: process.pid, version, labels: {} };
await runAgent({ bus, trainer, info, signal: stop.signal });
await bus.close();
await trainer.close();
