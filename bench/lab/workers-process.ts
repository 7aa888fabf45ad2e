/** Simulated workers in a process of their own. Prints `stop TRIAL TIME` when an order reaches one. Ends with its parent. */
import { parseArgs } from "node:util";
import { preciseNow, simulateWorkers } from "../../test/support/simulated-lab.ts";
import { tellMemory } from "./memory.ts";

const { values } = parseArgs({
  options: {
    server: { type: "string", default: "" },
    folder: { type: "string", default: "" },
    name: { type: "string", default: "w" },
    count: { type: "string", default: "1" },
    "epoch-ms": { type: "string", default: "0" },
    "collect-ms": { type: "string" },
  },
});
const stop = new AbortController();
process.on("disconnect", () => process.exit(0));
if (values["collect-ms"] !== undefined) tellMemory(Number(values["collect-ms"]));
await simulateWorkers({ servers: values.server }, Number(values.count), {
  folder: values.folder,
  epochMs: Number(values["epoch-ms"]),
  name: values.name,
  signal: stop.signal,
  onInterrupt: (trial) => console.log(`stop ${trial} ${preciseNow()}`),
});
