import { execFile } from "node:child_process";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { promisify } from "node:util";
import { sqliteVersion } from "../../../storage/sqlite/version.ts";
import { findNatsServer, ServerNotFound } from "../../../worker/protocol/nats/link/find-server.ts";
import {
  isOlder,
  isRecommended,
  oldestServer,
  recommendedServer,
} from "../../../worker/protocol/nats/link/server-check.ts";
import { byteSize } from "../../views/numbers.ts";
import { missing, ok, problem, type Finding } from "./finding.ts";

const run = promisify(execFile);

/** The oldest Node that seqtune is tested with; package.json says the same. */
const oldestNode = "20.19.0";

export function nodeFinding(version: string = process.versions.node): Finding {
  if (!isOlder(version, oldestNode)) return ok("Node", version);
  return problem("Node", version, `install Node ${oldestNode} or newer, from https://nodejs.org`);
}

export function sqliteFinding(): Finding {
  try {
    return ok("SQLite", sqliteVersion());
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return problem("SQLite", `better-sqlite3 does not load: ${reason}`, "run: npm rebuild better-sqlite3");
  }
}

export function processorFinding(): Finding {
  const model = cpus()[0]?.model.trim() ?? "unknown model";
  return ok("processors", `${availableParallelism()} × ${model}: as many workers train side by side`);
}

export function memoryFinding(): Finding {
  return ok("memory", `${byteSize(freemem())} free of ${byteSize(totalmem())}`);
}

/** `program`: the driver's tool, for tests. */
export async function gpuFinding(program = "nvidia-smi"): Promise<Finding> {
  const query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"];
  try {
    const { stdout } = await run(program, query, { timeout: 10_000 });
    return ok("GPU", stdout.trim().split("\n").join("; "));
  } catch {
    const advice = "none is needed; for an NVIDIA GPU install its driver, then train with --engine cuda";
    return missing("GPU", "none found", advice);
  }
}

export async function natsFinding(env: NodeJS.ProcessEnv): Promise<Finding> {
  try {
    const { file, version } = await findNatsServer({ env });
    const found = `${version} (${file})`;
    if (isRecommended(version)) return ok("nats-server", found);
    if (!isOlder(version, oldestServer)) {
      const why = `works, and lacks security fixes; for a lab with other people take ${recommendedServer} or newer (docs/lab.md)`;
      return { ...ok("nats-server", found), advice: why };
    }
    return problem("nats-server", found, `update it: ${oldestServer} or newer is needed`);
  } catch (error) {
    if (!(error instanceof ServerNotFound)) throw error;
    return missing("nats-server", "not found; only sweeps over several machines need it", howToGet(error));
  }
}

/** The second half of the error's sentence. */
function howToGet({ message }: ServerNotFound): string {
  return message.slice(message.indexOf(";") + 1).trim();
}
