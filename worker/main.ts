/** A local worker process: started by a coordinator, lives as long as it does, trains as many trials as it has lanes. */
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { version } from "./version.ts";
import { runAgent } from "./agent.ts";
import { MaterialShelf } from "./fetch-material.ts";
import { laneId, lanesToOpen } from "./protocol/lanes.ts";
import { fileBlobs } from "./protocol/local/file-blobs.ts";
import { LaneChannels } from "./protocol/local/lane-channels.ts";
import { parentChannel } from "./protocol/local/process-channel.ts";
import { LocalWorkerBus } from "./protocol/local/worker-end.ts";
import { ownProgram, ProgramTrainer } from "./program/program-trainer.ts";
import { ThreadedTrainer } from "./training/threaded-trainer.ts";
import type { Trainer } from "./training/trainer.ts";

const heartbeatMs = 2000;

const { values } = parseArgs({
  options: {
    id: { type: "string", default: `pid-${process.pid}` },
    blobs: { type: "string" },
    engine: { type: "string", default: "auto" },
    lanes: { type: "string", default: "auto" },
  },
});
if (values.blobs === undefined) throw new Error("worker: --blobs FOLDER is needed");

const channel = parentChannel();
// The coordinator is gone: the rest would not be heard. What it had committed is safe, the trial will be repeated.
channel.onClose(() => process.exit(0));
// Ctrl-C reaches the whole process group; the coordinator decides what happens, and tells.
process.on("SIGINT", () => {});

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());

const trainer: Trainer =
  values.engine === "program" ? new ProgramTrainer(ownProgram) : new ThreadedTrainer(values.engine);
const blobs = fileBlobs(values.blobs);
const shelf = new MaterialShelf(blobs);
const channels = new LaneChannels(channel);
const openLane = (lane: number): LocalWorkerBus =>
  new LocalWorkerBus(channels.lane(lane), blobs, heartbeatMs);

const first = openLane(0);
const asked = values.lanes === "auto" ? "auto" : Number(values.lanes);
const lanes = lanesToOpen(asked, (await trainer.lanes?.()) ?? 1);
const buses = [first, ...Array.from({ length: lanes - 1 }, (_, index) => openLane(index + 1))];
const info = { host: hostname(), pid: process.pid, version, labels: {} };
await Promise.all(
  buses.map((bus, lane) =>
    runAgent({ bus, trainer, shelf, info: { ...info, id: laneId(values.id, lane) }, signal: stop.signal }),
  ),
);
await Promise.all(buses.map((bus) => bus.close()));
await trainer.close();
