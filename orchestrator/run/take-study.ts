import { hostname } from "node:os";
import { lockStudy, StudyLocked, type StudyLock } from "../../storage/lock.ts";
import type { Study } from "../../storage/store.ts";
import { UserError } from "../errors.ts";

/** Makes this process the one that runs a study. Throws `UserError` when another does. */
export function takeStudy(db: string, { key, name }: Study): StudyLock {
  try {
    return lockStudy(db, key, { pid: process.pid, host: hostname() });
  } catch (cause) {
    if (!(cause instanceof StudyLocked)) throw cause;
    const { owner } = cause;
    const who = owner === null ? "another process" : `process ${owner.pid} on ${owner.host}`;
    throw new UserError(
      `study ${name} is being run by ${who} already; wait for it, or end it with: seqtune stop ${name}`,
      { cause },
    );
  }
}
