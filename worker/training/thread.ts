/** Entry of the training thread: loads the engine once, then runs assignments, as many at a time as it is given. */
import { parentPort, workerData } from "node:worker_threads";
import { loadEngine } from "../engines/registry.ts";
import { createSession } from "./session.ts";
import {
  interruptionCodes,
  type NumberedOrder,
  type ThreadNews,
  type ThreadOptions,
} from "./thread-messages.ts";

const port = parentPort;
if (port === null) throw new Error("thread.ts runs only as a worker thread");
const options = workerData as ThreadOptions; // from threaded-trainer.ts, which types it

function tell(news: ThreadNews): void {
  port?.postMessage(news);
}

const engine = await loadEngine(options.engine).catch((error: unknown) => {
  tell({ kind: "cannot_start", message: error instanceof Error ? error.message : String(error) });
  return null;
});

if (engine !== null) {
  const session = createSession(engine);
  port.on("message", ({ run, flag, order }: NumberedOrder) => {
    const word = new Int32Array(flag);
    void session
      .run(order, {
        progress: (news) => tell({ kind: "progress", run, news }),
        interruption: () => interruptionCodes[Atomics.load(word, 0)] ?? null,
      })
      .then((finished) => tell({ kind: "finished", run, finished }));
  });
  tell({ kind: "ready", engine: engine.info, lanes: engine.lanes ?? 1 });
}
