import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Report } from "../../../storage/store.ts";
import { runScripted } from "../../support/scripted-study.ts";

/** What must hold of a study in the end, whatever died meanwhile. Returns what does not. */
export function violations(db: string, name: string, trials: number, epochs: number): string[] {
  const store = openStore(db, { readonly: true });
  try {
    const study = store.findStudy(name);
    if (study === null) return ["there is no study"];
    const found: string[] = [];
    const rows = store.trials(study.id);
    if (rows.length !== trials) found.push(`${rows.length} trials instead of ${trials}`);
    for (const { number, state } of rows) {
      if (state !== "complete") found.push(`trial ${number} is ${state}`);
      found.push(...curveViolations(number, store.curve(study.id, number), epochs));
    }
    found.push(...repeated(store.reports(study.id)));
    return found;
  } finally {
    store.close();
  }
}

/** What is wrong while the study still runs and will not come right any more. */
export function damage(db: string, name: string, epochs: number): string[] {
  const store = openStore(db, { readonly: true });
  try {
    const study = store.findStudy(name);
    if (study === null) return [];
    const curves = store.trials(study.id).flatMap(({ number, state }) => {
      const due = state === "complete" ? epochs : 0;
      return curveViolations(number, store.curve(study.id, number), due);
    });
    return [...curves, ...repeated(store.reports(study.id))];
  } finally {
    store.close();
  }
}

/** Every epoch once, each made by the attempt it is counted for. */
function curveViolations(trial: number, curve: readonly Report[], epochs: number): string[] {
  const found: string[] = [];
  const missing = Array.from({ length: epochs }, (_, i) => i + 1).filter(
    (epoch) => !curve.some((report) => report.epoch === epoch),
  );
  if (missing.length > 0) found.push(`trial ${trial} lacks epochs ${missing.join(", ")}`);
  for (const { epoch, attempt, metrics } of curve) {
    if (metrics["attempt"] !== attempt) {
      found.push(
        `epoch ${epoch} of trial ${trial} counts for attempt ${attempt}, made by ${metrics["attempt"]}`,
      );
    }
  }
  return found;
}

/** A report that is counted twice. */
function repeated(reports: Iterable<Report>): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const { trial, attempt, epoch } of reports) {
    const key = `epoch ${epoch} of attempt ${attempt} of trial ${trial}`;
    if (seen.has(key)) found.push(`${key} is recorded twice`);
    seen.add(key);
  }
  return found;
}

/** The table of a study without what may differ from run to run: times, attempts, workers. */
export function table(db: string, name: string): unknown {
  const store = openStore(db, { readonly: true });
  try {
    const study = store.findStudy(name);
    if (study === null) return null;
    return store
      .trials(study.id, { order: "rank" })
      .map(({ number, params, state, value, bestEpoch, epochsDone }) => ({
        number,
        params,
        state,
        value,
        bestEpoch,
        epochsDone,
      }));
  } finally {
    store.close();
  }
}

/** The table of the same study over local pipes, with no process killed. */
export async function undisturbed(size: {
  readonly trials: number;
  readonly epochs: number;
  readonly seed: number;
}): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-"));
  const db = path.join(folder, "study.db");
  await runScripted(db, { ...size, workers: 2 });
  const result = table(db, "scripted");
  await rm(folder, { recursive: true });
  return result;
}
