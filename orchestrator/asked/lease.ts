import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { StudyStore, WorkerRow } from "../../storage/store.ts";
import { version } from "../../worker/version.ts";

/** Who asked for a trial, and until when it is theirs without a word. */
export interface Holder {
  /** Unique for ever. */
  readonly id: string;
  readonly pid: number;
  /** Milliseconds without a sign after which its trials are given to others. */
  readonly leaseMs: number;
  /** Its process keeps the lease by a timer; else every word about a trial does. */
  readonly byTimer: boolean;
}

export function newHolder(leaseMs: number, byTimer: boolean): Holder {
  const id = `${hostname().slice(0, 60)}-${process.pid}-${randomBytes(4).toString("hex")}`;
  return { id, pid: process.pid, leaseMs, byTimer };
}

/** Says that the holder is there. */
export function renew(
  store: StudyStore,
  study: number,
  { id, pid, leaseMs, byTimer }: Holder,
  at: number,
): void {
  const labels = { lease_ms: String(leaseMs), kept_by: byTimer ? "process" : "words" };
  const row = { id, host: hostname(), pid, version, engine: "asked", labels, firstSeen: at, lastSeen: at };
  store.saveWorkers(study, [row]);
}

/** A living process may be busy for this many leases without its timer. */
const patience = 20;

/** Is a trial of this holder free for others? `undefined`: it has never said a word. */
export function isLost(holder: WorkerRow | undefined, at: number): boolean {
  if (holder === undefined) return true;
  const lease = Number(holder.labels["lease_ms"] ?? 60_000);
  const silent = at - holder.lastSeen;
  if (holder.host !== hostname() || holder.labels["kept_by"] !== "process") return silent > lease;
  return !isAlive(holder.pid) || silent > patience * lease;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A word about one of its trials: the lease of this holder begins again. */
export function renewed(store: StudyStore, study: number, id: string, at: number): void {
  const row = store.workers(study).find((one) => one.id === id);
  if (row !== undefined) store.saveWorkers(study, [{ ...row, lastSeen: at }]);
}
