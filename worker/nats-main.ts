/** The process of one slot of `seqtune worker`: takes orders from its supervisor and lives as long as that does. */
import { hostname } from "node:os";
import { runAgent } from "./agent.ts";
import { MaterialShelf } from "./fetch-material.ts";
import { ObservedBus } from "./observed-bus.ts";
import { systemClock } from "./protocol/clock.ts";
import { laneId, lanesToOpen } from "./protocol/lanes.ts";
import { parentChannel } from "./protocol/local/process-channel.ts";
import { ConnectionBroken, NatsBusError } from "./protocol/nats/link/errors.ts";
import { NoLeader, ServerSilent, ServerUnreachable } from "./protocol/nats/link/server-errors.ts";
import { parseTimings } from "./protocol/nats/link/parse-timings.ts";
import { createWorkerBus } from "./protocol/nats/worker/worker-bus.ts";
import { toSlotSchema, type SlotNews, type SlotStart } from "./protocol/slot.ts";
import { LabTrainer } from "./program/lab-trainer.ts";
import { EngineError, ThreadedTrainer } from "./training/threaded-trainer.ts";
import { version } from "./version.ts";

/** How long a process without a supervisor may take to hand back what it runs. */
const orphanMs = 10_000;
const announceMs = 5_000;

const channel = parentChannel();
const tell = (news: SlotNews): void => channel.send(news);
const onProblem = (problem: Error): void => tell({ kind: "problem", message: problem.message });
const stop = new AbortController();
// Ctrl-C and the signals of service managers reach the whole process group; the supervisor decides, and tells.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
channel.onClose(() => {
  stop.abort();
  systemClock.idle(orphanMs, () => process.exit(1));
});
let begun = false;
channel.onFrame((raw) => {
  const frame = toSlotSchema.parse(raw);
  if (frame.kind === "finish") stop.abort();
  else if (!begun) {
    begun = true;
    void run(frame).then(
      () => channel.close(),
      (error: unknown) => {
        if (!stop.signal.aborted) failed(error);
        channel.close(); // asked to end while it was still waiting for the server: nothing is wrong
      },
    );
  }
});

/** These come to an end; what else the bus has to say, such as refused credentials, every process would hear. */
const passing = [ConnectionBroken, NoLeader, ServerSilent, ServerUnreachable] as const;

function failed(error: unknown): void {
  const ofBus = error instanceof NatsBusError && !passing.some((kind) => error instanceof kind);
  process.exitCode = 1;
  if (ofBus || error instanceof EngineError) tell({ kind: "fatal", message: error.message });
  else {
    process.stderr.write(`${String(error)}\n`);
    process.exit(); // the supervisor tells that line and starts another process
  }
}

async function run(start: SlotStart): Promise<void> {
  const { id, engine: engineName, servers, labels, programs } = start;
  const models = new ThreadedTrainer(engineName);
  const trainer = programs === undefined ? models : new LabTrainer(models, programs);
  const buses = [await openLane(start, 0)];
  tell({ kind: "connection", state: "open", servers });
  try {
    tell({ kind: "ready", engine: await trainer.engine() });
    const lanes = lanesToOpen(start.lanes ?? "auto", await models.lanes());
    for (let lane = 1; lane < lanes; lane++) buses.push(await openLane(start, lane));
    const shelf = new MaterialShelf(buses[0]!.blobs);
    const info = { host: hostname(), pid: process.pid, version, labels };
    await Promise.all(
      buses.map((bus, lane) =>
        runAgent({
          bus,
          trainer,
          shelf,
          info: { ...info, id: laneId(id, lane) },
          signal: stop.signal,
          onProblem,
        }),
      ),
    );
  } finally {
    await Promise.all(buses.map((bus) => bus.close()));
    await trainer.close();
  }
}

/** The bus of one lane: a worker of its own for the lab. */
async function openLane(start: SlotStart, lane: number): Promise<ObservedBus> {
  const {
    id,
    servers,
    gpu,
    before,
    timings,
    kind: _kind,
    lanes: _lanes,
    programs: _programs,
    ...connection
  } = start;
  const inner = await createWorkerBus({
    ...connection,
    servers,
    id: laneId(id, lane),
    ...(timings === undefined ? {} : { timings: parseTimings(timings) }),
    signal: stop.signal,
    onState: (state) => {
      const problem = "problem" in state && state.problem !== null ? { problem: state.problem.message } : {};
      if (lane === 0) tell({ kind: "connection", state: state.kind, servers, ...problem });
    },
    onProblem,
  });
  return new ObservedBus(inner, {
    about: { ...(gpu === undefined ? {} : { gpu }), ...(before === undefined ? {} : { before }) },
    tell: (news) => {
      if (lane === 0 || news.kind !== "waiting") tell(news);
    },
    announceMs,
    clock: systemClock,
  });
}
