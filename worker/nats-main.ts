/** The process of one slot of `seqtune worker`: told by its supervisor what to do, lives as long as it does. */
import { hostname } from "node:os";
import { runAgent } from "./agent.ts";
import { ObservedBus } from "./observed-bus.ts";
import { parentChannel } from "./protocol/local/process-channel.ts";
import { createWorkerBus } from "./protocol/nats/worker-bus.ts";
import { parseTimings } from "./protocol/nats/parse-timings.ts";
import { toSlotSchema, type SlotNews, type SlotStart } from "./protocol/slot.ts";
import { ThreadedTrainer } from "./training/threaded-trainer.ts";
import { version } from "./version.ts";

/** How long a process without a supervisor may take to hand back what it runs. */
const orphanMs = 10_000;
const announceMs = 5_000;

const channel = parentChannel();
const tell = (news: SlotNews): void => channel.send(news);
const stop = new AbortController();
// Ctrl-C and the signals of service managers reach the whole process group; the supervisor decides, and tells.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
channel.onClose(() => {
  stop.abort();
  setTimeout(() => process.exit(1), orphanMs).unref();
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
        // Told to end while it was still waiting for the server: nothing is wrong.
        if (!stop.signal.aborted) {
          tell({ kind: "fatal", message: error instanceof Error ? error.message : String(error) });
          process.exitCode = 1;
        }
        channel.close();
      },
    );
  }
});

async function run(start: SlotStart): Promise<void> {
  const { id, engine: engineName, servers, labels, gpu, before } = start;
  const { kind: _kind, timings, ...connection } = start;
  const inner = await createWorkerBus({
    ...connection,
    ...(timings === undefined ? {} : { timings: parseTimings(timings) }),
    signal: stop.signal,
    onState: (state) => {
      const problem = "problem" in state && state.problem !== null ? { problem: state.problem.message } : {};
      tell({ kind: "connection", state: state.kind, servers, ...problem });
    },
    onProblem: (problem) => tell({ kind: "problem", message: problem.message }),
  });
  tell({ kind: "connection", state: "open", servers });
  const trainer = new ThreadedTrainer(engineName);
  const bus = new ObservedBus(inner, {
    about: { ...(gpu === undefined ? {} : { gpu }), ...(before === undefined ? {} : { before }) },
    tell,
    announceMs,
    monotonic: () => performance.now(),
  });
  try {
    tell({ kind: "ready", engine: await trainer.engine() });
    const info = { id, host: hostname(), pid: process.pid, version, labels };
    await runAgent({ bus, trainer, info, signal: stop.signal });
  } finally {
    await bus.close();
    await trainer.close();
  }
}
