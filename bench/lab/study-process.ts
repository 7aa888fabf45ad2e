/** One coordinator of many in a process of its own. Tells its parent every second how far it is, and ends with it. */
import { parseArgs } from "node:util";
import { StudyEvents } from "../../orchestrator/events.ts";
import { driveSimulated } from "../../test/support/simulated-lab.ts";

/** What a coordinator tells: epochs committed, trials ended, and its resident memory, bytes. */
export interface Pulse {
  readonly reports: number;
  readonly trials: number;
  readonly rss: number;
}

const { values } = parseArgs({
  options: {
    server: { type: "string", default: "" },
    db: { type: "string", default: "" },
    name: { type: "string", default: "" },
    priority: { type: "string", default: "1" },
    epochs: { type: "string", default: "10" },
  },
});
const events = new StudyEvents();
let reports = 0;
let trials = 0;
events.on((event) => {
  if (event.kind === "report") reports += 1;
  if (event.kind === "trial_ended") trials += 1;
});
setInterval(() => {
  const pulse: Pulse = { reports, trials, rss: process.memoryUsage().rss };
  process.send?.(pulse);
}, 1_000).unref();
const finish = new AbortController();
process.on("SIGTERM", () => finish.abort());
process.on("disconnect", () => process.exit(0));
await driveSimulated(
  values.db,
  { servers: values.server },
  {
    name: values.name,
    trials: 100_000_000,
    epochs: Number(values.epochs),
    events,
    terms: { priority: Number(values.priority), requires: {} },
    interrupts: { finish: finish.signal },
  },
);
process.exit(0);
