import { z } from "zod";
import { maySpeakFor } from "../link/identity.ts";
import { workerKey } from "./names.ts";
import { protocolVersion } from "../../assignment.ts";
import { workerInfoSchema, type WorkerInfo } from "../../messages.ts";

/** What every version says of itself, whatever else it says differently. */
const nameSchema = z.object({
  id: z.string().max(120),
  host: z.string().max(255),
  protocol: z.int(),
  version: z.string().catch("unknown"),
});

/** A heartbeat; of a worker that speaks another protocol at least who it is. `null`: it is something else. */
export function readHeartbeat(value: unknown): WorkerInfo | null {
  const worker = workerInfoSchema.safeParse(value).data;
  if (worker !== undefined) return worker;
  const name = nameSchema.safeParse(value).data;
  return name === undefined || !isForeign(name) ? null : { ...name, pid: 0, labels: {} };
}

/** The first version did not say at first which one it is. */
export function protocolOf({ protocol }: Pick<WorkerInfo, "protocol">): number {
  return protocol ?? 1;
}

/** Does it speak another version of the protocol than this process? It can then serve no study of this one. */
export function isForeign(worker: Pick<WorkerInfo, "protocol">): boolean {
  return protocolOf(worker) !== protocolVersion;
}

/** Did the worker of this name say it, and not another one? `key`: under which it lies. */
export function isOfItself(key: string, id: string, needsKeys: boolean): boolean {
  const words = key.split(".");
  const owner = words.length === 2 ? words[0]! : null;
  return words.at(-1) === workerKey(id) && maySpeakFor(id, owner) && !(needsKeys && owner === null);
}
