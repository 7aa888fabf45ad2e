/**
 * A worker that is started again must find the spool that the one before it left, and two workers of a machine must not take each
 * other's. So slots have numbers, and a number is held by a lock that the kernel frees with its process.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import path from "node:path";
import { lockStudy, StudyLocked, type StudyLock } from "../../storage/lock.ts";
import { UserError } from "../errors.ts";
import { folderTrouble, makeFolder } from "../run/make-folder.ts";

/**
 * Where a machine's workers keep unsent messages and copies of files unless another folder is given. Throws `UserError` for a
 * user without a home, such as a container's.
 */
export function defaultCache(env: NodeJS.ProcessEnv): string {
  return path.join(env["XDG_CACHE_HOME"] || path.join(home(), ".cache"), "seqtune", "worker");
}

function home(): string {
  try {
    return homedir();
  } catch (cause) {
    const words = "this user has no home folder; say where files go: --cache DIR, or SEQTUNE_CACHE";
    throw new UserError(words, { cause });
  }
}

/** A slot of this machine that no other process of it has. */
export interface Seat {
  /** From 1. */
  readonly number: number;
  /** The id of the worker of this slot: the same after a restart, so that what it left unsent is its own. */
  readonly worker: string;
  release(): void;
}

const mostSeats = 1000;

/**
 * Takes `count` free seats of the machine that the folder stands for. The kernel frees a seat when the process
 * that has it dies, so several supervisors may share a folder, also over a network file system of several hosts.
 * Throws `UserError` where the folder cannot be used.
 */
export function takeSeats(folder: string, count: number): readonly Seat[] {
  try {
    makeFolder(folder);
    return seatsIn(folder, count);
  } catch (error) {
    throw folderTrouble(error, folder, "choose another folder: --cache DIR, or SEQTUNE_CACHE");
  }
}

function seatsIn(folder: string, count: number): readonly Seat[] {
  const machine = `${hostname()}-${folderId(folder)}`;
  const seats: Seat[] = [];
  for (let number = 1; seats.length < count && number <= mostSeats; number++) {
    const worker = `${machine}-${number}`;
    const lock = lockIfFree(path.join(folder, "seats"), worker);
    if (lock !== null) seats.push({ number, worker, release: () => lock.release() });
  }
  return seats;
}

function lockIfFree(file: string, key: string): StudyLock | null {
  try {
    return lockStudy(file, key, { pid: process.pid, host: hostname() });
  } catch (error) {
    if (error instanceof StudyLocked) return null;
    throw error;
  }
}

/** A few letters drawn once for the folder, so that two folders of one host never name a worker alike. */
function folderId(folder: string): string {
  const file = path.join(folder, "id");
  try {
    writeFileSync(file, randomBytes(2).toString("hex"), { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFileSync(file, "utf8");
}
