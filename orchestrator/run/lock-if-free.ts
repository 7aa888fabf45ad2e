import { hostname } from "node:os";
import { lockStudy, StudyLocked, type StudyLock } from "../../storage/lock.ts";
import type { Study } from "../../storage/store.ts";

/** The right to change a study that no process drives; `null`: one does. */
export function lockIfFree(db: string, { key }: Pick<Study, "key">): StudyLock | null {
  try {
    return lockStudy(db, key, { pid: process.pid, host: hostname() });
  } catch (error) {
    if (error instanceof StudyLocked) return null;
    throw error;
  }
}
