/** A coordinator in a process of its own. Tells its parent every second how far it is, and ends with it. */
import { parseArgs } from "node:util";
import { keepHeapLean } from "../../orchestrator/cli/lean-heap.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { driveSimulated } from "../../test/support/simulated-lab.ts";
import type { Pulse } from "./coordinator.ts";
import { tellMemory } from "./memory.ts";

keepHeapLean();
const { values } = parseArgs({
  options: {
    server: { type: "string", default: "" },
    db: { type: "string", default: "" },
    name: { type: "string", default: "" },
    priority: { type: "string", default: "1" },
    trials: { type: "string", default: "100000000" },
    epochs: { type: "string", default: "10" },
    collectMs: { type: "string" },
    keepEndedMs: { type: "string" },
  },
});
const events = new StudyEvents();
let reports = 0;
let trials = 0;
const thousands: number[] = [];
events.on((event) => {
  if (event.kind === "report") reports += 1;
  if (event.kind === "notice") console.error(`  ${event.message}`);
  if (event.kind !== "trial_ended") return;
  trials += 1;
  if (trials % 1000 === 0) thousands.push(performance.now());
});

function tell(): void {
  const { user, system } = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  const cpuMs = (user + system) / 1000;
  const pulse: Pulse = { reports, trials, thousands, cpuMs, rss: process.memoryUsage().rss, peak };
  process.send?.(pulse);
}

setInterval(tell, 1_000).unref();
if (values.collectMs !== undefined) tellMemory(Number(values.collectMs));
const finish = new AbortController();
process.on("SIGTERM", () => finish.abort());
process.on("disconnect", () => process.exit(0));
await driveSimulated(
  values.db,
  {
    servers: values.server,
    ...(values.keepEndedMs === undefined ? {} : { timings: { keepEndedMs: Number(values.keepEndedMs) } }),
  },
  {
    name: values.name,
    trials: Number(values.trials),
    epochs: Number(values.epochs),
    events,
    terms: { priority: Number(values.priority), requires: {} },
    interrupts: { finish: finish.signal },
  },
);
tell();
process.disconnect();
