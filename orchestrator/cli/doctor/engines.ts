import { enginesHere, type EngineHere } from "../../run/engines-here.ts";
import { missing, ok, problem, type Finding } from "./finding.ts";

/** The engines, as a worker process finds them, and the kernels that training takes. */
export async function engineFindings(): Promise<Finding[]> {
  try {
    const engines = await enginesHere();
    return [...engines.map(engineFinding), kernelsFinding(engines), ...anyEngine(engines)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [problem("engines", `the worker process does not start: ${reason}`, "run: npm ci")];
  }
}

function engineFinding(engine: EngineHere): Finding {
  const name = `engine ${engine.name}`;
  if (!engine.found) return missing(name, engine.reason, engine.remedy);
  const { backend, version, device } = engine.info;
  const note = engine.note === undefined ? "" : `; ${engine.note}`;
  const where = backend === device ? device : `${backend} on ${device}`;
  return ok(name, `${where} (${version})${note}`);
}

/** The kernels that training takes by itself; a warning where this CPU has faster ones that are not built. */
export function kernelsFinding(engines: readonly EngineHere[]): Finding {
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

function anyEngine(engines: readonly EngineHere[]): Finding[] {
  if (engines.some(({ found }) => found)) return [];
  return [problem("engines", "no engine runs here, so nothing can be trained", "run: npm ci")];
}
