import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StoreError } from "../../storage/errors.ts";
import type { StudyStore } from "../../storage/store.ts";
import { UserError } from "../errors.ts";
import type { RunParts } from "./parts.ts";
import type { Interrupts } from "./parts.ts";

/** How often a study that records nothing looks whether its database is still there. */
const lookMs = 1_000;

/**
 * Runs a study that ends at once when its database is deleted or replaced under it. Everything recorded, also what was
 * refused for that reason, is then written to a new file: throws `UserError` that says where and what to do.
 */
export async function withDatabase<T>(
  { store, db, study, clock, interrupts }: Pick<RunParts, "store" | "db" | "study" | "clock" | "interrupts">,
  run: (interrupts: Interrupts) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const stopLooking = clock.every(lookMs, () => {
    if (!store.isInPlace()) lost.abort();
  });
  const either = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, lost.signal]);
  try {
    const result = await run({ finish: either(interrupts.finish), now: either(interrupts.now) });
    if (store.isInPlace()) return result;
  } catch (error) {
    if (store.isInPlace() || !(error instanceof StoreError)) throw error;
  } finally {
    stopLooking();
  }
  throw new UserError(await rescue(store, db, study.name));
}

async function rescue(store: StudyStore, db: string, study: string): Promise<string> {
  const what = `${db} was deleted, moved or replaced while study ${study} wrote to it`;
  const failures: string[] = [];
  for (const folder of [path.dirname(db), tmpdir()]) {
    const file = freeName(path.join(folder, `${path.basename(db)}.rescued`));
    try {
      await store.backup(file);
      return `${what}; the study was stopped, and everything recorded is in ${file}; put that back (mv ${file} ${db}) and go on with: seqtune resume ${study}`;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  return `${what}; the study was stopped, and what it recorded could not be rescued: ${failures.join("; ")}`;
}

function freeName(file: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? file : `${file}-${count}`;
    if (!existsSync(name)) return name;
  }
}
