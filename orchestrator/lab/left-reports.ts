import { readdirSync } from "node:fs";
import path from "node:path";
import { plural } from "../../worker/data/errors.ts";
import { refOfKey, workerKey } from "../../worker/protocol/nats/server/names.ts";

/** What workers of this machine end with and no coordinator has committed, in words; `null`: nothing. */
export function leftReports(folder: string, workers: readonly string[]): string | null {
  const count = unsentTrials(folder, workers);
  if (count === 0) return null;
  return `reports of ${plural(count, "trial")} stay in ${folder}: no coordinator has committed them; the next worker on this machine sends them`;
}

/** How many trials have reports there. */
export function unsentTrials(folder: string, workers: readonly string[]): number {
  const trials = workers.flatMap((worker) => spooledTrials(path.join(folder, "spool", workerKey(worker))));
  return new Set(trials).size;
}

function spooledTrials(folder: string): string[] {
  return filesOf(folder).flatMap((file) => {
    const ref = refOfKey(path.basename(file, ".jsonl"));
    return ref === null ? [] : [`${ref.study}.${ref.trial}`];
  });
}

/** None where the folder is gone, as when everything was sent. */
function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".jsonl"),
    );
  } catch {
    return [];
  }
}
