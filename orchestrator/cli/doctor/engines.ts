import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { engineInfoSchema } from "../../../worker/protocol/messages.ts";
import { missing, ok, problem, type Finding } from "./finding.ts";

/** What worker/doctor.ts tells. */
const reportSchema = z.object({
  engines: z.array(
    z.discriminatedUnion("found", [
      z.object({
        name: z.string(),
        found: z.literal(true),
        info: engineInfoSchema,
        note: z.string().optional(),
      }),
      z.object({ name: z.string(), found: z.literal(false), reason: z.string(), remedy: z.string() }),
    ]),
  ),
});
type WorkerReport = z.infer<typeof reportSchema>;

/** Longer than the slowest engine takes to load. */
const patienceMs = 60_000;

/** The engines, as a worker process finds them, and the kernels that training takes. */
export async function engineFindings(): Promise<Finding[]> {
  try {
    const { engines } = await askWorker();
    return [...engines.map(engineFinding), kernelsFinding(engines), ...anyEngine(engines)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [problem("engines", `the worker process does not start: ${reason}`, "run: npm ci")];
  }
}

function engineFinding(engine: WorkerReport["engines"][number]): Finding {
  const name = `engine ${engine.name}`;
  if (!engine.found) return missing(name, engine.reason, engine.remedy);
  const { backend, version, device } = engine.info;
  const note = engine.note === undefined ? "" : `; ${engine.note}`;
  const where = backend === device ? device : `${backend} on ${device}`;
  return ok(name, `${where} (${version})${note}`);
}

/** The kernels that training takes by itself; a warning where this CPU has faster ones that are not built. */
export function kernelsFinding(engines: WorkerReport["engines"]): Finding {
  const ours = engines.filter(({ name }) => name.startsWith("native-") || name === "wasm");
  const best = ours.findIndex(({ found }) => found);
  const taken = ours[best];
  const faster = ours.slice(0, best < 0 ? ours.length : best);
  const unbuilt = faster.find((engine) => !engine.found && engine.reason.includes("not built"));
  const words = taken?.found ? `${taken.name} (${taken.info.version})` : "none of seqtune's own";
  if (unbuilt && !unbuilt.found) {
    return missing("kernels", `${words}, slower than this CPU can: ${unbuilt.reason}`, unbuilt.remedy);
  }
  return ok("kernels", words);
}

function anyEngine(engines: WorkerReport["engines"]): Finding[] {
  if (engines.some(({ found }) => found)) return [];
  return [problem("engines", "no engine runs here, so nothing can be trained", "run: npm ci")];
}

/** Runs the worker's doctor in a process of its own. */
async function askWorker(): Promise<WorkerReport> {
  const inSource = import.meta.url.endsWith(".ts");
  const entry = inSource ? "../../../worker/doctor.ts" : "../../../worker/doctor.js";
  const child = fork(fileURLToPath(new URL(entry, import.meta.url)), [], {
    execArgv: inSource ? ["--import", import.meta.resolve("tsx")] : [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    timeout: patienceMs,
  });
  return await new Promise<WorkerReport>((resolve, reject) => {
    child.once("error", reject);
    child.once("message", (message) => {
      const report = reportSchema.safeParse(message);
      if (report.success) resolve(report.data);
      else reject(report.error);
    });
    child.once("exit", (code, signal) => reject(new Error(`it ended with ${signal ?? `code ${code}`}`)));
  });
}
