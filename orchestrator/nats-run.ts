import { hostname } from "node:os";
import path from "node:path";
import { fileBlobs } from "../worker/protocol/local/file-blobs.ts";
import { createCoordinatorBus } from "../worker/protocol/nats/coordinator-bus.ts";
import { Link, type LinkState } from "../worker/protocol/nats/link.ts";
import { namesFor } from "../worker/protocol/nats/names.ts";
import { defaultTimings } from "../worker/protocol/nats/timings.ts";
import { Coordinator } from "./coordinator/coordinator.ts";
import type { CoordinatorDeps } from "./coordinator/deps.ts";
import type { Ending } from "./coordinator/ending.ts";
import type { LabTerms } from "./config/lab.ts";
import { BoardPublisher } from "./lab/board.ts";
import { LabCapacity } from "./lab/capacity.ts";
import type { LabConnection } from "./lab/connection.ts";
import { watchForWorkers } from "./lab/waiting.ts";
import type { Interrupts } from "./local-run.ts";
import { ModelKeeper } from "./model-keeper.ts";
import { byteSize } from "./views/numbers.ts";

/** Silence after which a worker's attempts are given to others. Heartbeats come every 10 s. */
const defaultLeaseMs = 60_000;

/** Drives a study with the workers of a lab, from here to its end. */
export async function driveOverNats(
  deps: Omit<CoordinatorDeps, "bus" | "leaseMs">,
  db: string,
  blobFolder: string,
  lab: LabConnection,
  terms: LabTerms | undefined,
  interrupts: Interrupts,
): Promise<Ending> {
  const { clock, events, plan, study } = deps;
  const notice = (message: string): void => events.emit({ kind: "notice", message, at: clock.now() });
  let superseded: Error | null = null;
  let coordinator: Coordinator | null = null;
  const requires = terms?.requires ?? {};
  const bus = await createCoordinatorBus({
    ...lab,
    requires,
    study: study.key,
    owner: `${hostname()}:${path.resolve(db)}`,
    folder: path.join(blobFolder, "lab"),
    onState: (state) => {
      const words = connectionWords(state);
      if (words !== null) notice(words);
    },
    onProblem: (problem) => notice(problem.message),
    onSuperseded: (error) => {
      superseded = error;
      coordinator?.abandon({ state: "interrupted", reason: error.message });
    },
  });
  const home = fileBlobs(blobFolder);
  const timings = { ...defaultTimings, ...lab.timings };
  const names = namesFor(lab.prefix);
  // Sharing and showing have a connection of their own: what they do never delays reports.
  const side = await Link.connect({ ...lab, name: `seqtune side ${study.key}` }, timings);
  const capacity = new LabCapacity(side, names, timings.heartbeatMs, terms, study.key, clock);
  const board = new BoardPublisher(side, names, deps, timings.heartbeatMs / 5);
  const driver = new Coordinator({ ...deps, bus, capacity, leaseMs: lab.leaseMs ?? defaultLeaseMs });
  const keeper = new ModelKeeper({ ...deps, bus: bus.blobs, home, notice });
  coordinator = driver;
  const onNow = (): void => {
    const reason = "interrupted at once; workers finish what they have, nothing recorded is lost";
    driver.abandon({ state: "interrupted", reason });
  };
  interrupts.now.addEventListener("abort", onNow, { once: true });
  try {
    if (!(await bus.blobs.has(plan.data))) {
      notice(`sending the data to the lab (${byteSize(plan.data.bytes)})`);
      await bus.blobs.put(await home.get(plan.data));
    }
    const stopWatching = watchForWorkers(events, clock, lab, requires, notice);
    const ending = await driver.run(interrupts.finish).finally(stopWatching);
    await keeper.finish();
    if (ending.state === "complete" || ending.state === "stopped") await bus.drain();
    return ending;
  } finally {
    interrupts.now.removeEventListener("abort", onNow);
    capacity.stop();
    await board.stop();
    await side.close();
    if (superseded === null) await bus.close();
    else await bus.abandon();
  }
}

function connectionWords(state: LinkState): string | null {
  switch (state.kind) {
    case "connecting":
      return `${state.problem.message}; trying again`;
    case "open":
      return `connected to the NATS server at ${state.servers} again`;
    case "reconnecting":
      return `the NATS server at ${state.servers} does not answer; workers go on, and so does this when it is back`;
    case "closed":
      return state.problem === null
        ? null
        : `the connection to the NATS server ended: ${state.problem.message}`;
    default:
      return state satisfies never;
  }
}
