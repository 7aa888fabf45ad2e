import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreError } from "../../storage/errors.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { runScripted } from "../support/scripted-study.ts";
import { startScript } from "../support/script.ts";
import { until } from "../support/until.ts";

const trials = 10;
const epochs = 12;

let folder: string;
let db: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-kill-"));
  db = path.join(folder, "study.db");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function startCoordinator(): ReturnType<typeof startScript> {
  const script = new URL("../support/run-scripted.ts", import.meta.url);
  return startScript(script, [db, String(trials), String(epochs), "15"]);
}

/** `null` while the database is being made. */
function openIfThere(): StudyStore | null {
  try {
    return existsSync(db) ? openStore(db, { readonly: true }) : null;
  } catch (error) {
    if (error instanceof StoreError && error.kind === "missing") return null;
    throw error;
  }
}

/** What the database says now; `null` before the study is there. */
function look<T>(read: (store: StudyStore, study: number) => T): T | null {
  const store = openIfThere();
  if (store === null) return null;
  try {
    const study = store.findStudy("scripted");
    return study === null ? null : read(store, study.id);
  } finally {
    store.close();
  }
}

function reports(): number {
  return look((store, study) => [...store.reports(study)].length) ?? 0;
}

function runningWorkers(): readonly number[] {
  return look((store, study) => store.workers(study).map((worker) => worker.pid)) ?? [];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function expectSameAsUndisturbed(): Promise<void> {
  const other = path.join(folder, "undisturbed.db");
  await runScripted(other, { trials, epochs });
  const undisturbed = openStore(other, { readonly: true });
  const store = openStore(db, { readonly: true });
  const study = store.findStudy("scripted")!.id;
  const facts = (of: StudyStore): unknown =>
    of.trials(of.findStudy("scripted")!.id).map(({ number, params, seed, state, value, epochsDone }) => {
      return { number, params, seed, state, value, epochsDone };
    });
  expect(facts(store)).toEqual(facts(undisturbed));
  for (const { number } of store.trials(study)) {
    const seen = store.curve(study, number).map((report) => report.epoch);
    expect(seen).toEqual(Array.from({ length: epochs }, (_, index) => index + 1));
  }
  undisturbed.close();
  store.close();
}

describe("kill -9", () => {
  it("of the coordinator alone: its workers end within two seconds, and a resume finishes every trial exactly once", async () => {
    for (const enough of [25, 60]) {
      const coordinator = startCoordinator();
      await until(() => reports() >= enough, `${enough} reports`, 60_000);
      const workers = runningWorkers().filter(isAlive);
      expect(workers.length).toBeGreaterThan(0);
      coordinator.kill("SIGKILL");
      await until(() => !workers.some(isAlive), "the workers to end", 2000);
      expect(look((store) => store.findStudy("scripted")!.state)).toBe("running");
    }
    await runScripted(db, { trials, epochs });
    await expectSameAsUndisturbed();
  });

  it("of a worker mid-trial: the trial is tried again, every epoch of its curve is there once", async () => {
    const coordinator = startCoordinator();
    await until(() => reports() >= 20, "20 reports", 60_000);
    const victim = runningWorkers().find(isAlive)!;
    process.kill(victim, "SIGKILL");
    await coordinator.ended;
    const attempts = look((store, study) => store.attempts(study)) ?? [];
    expect(attempts.filter((attempt) => attempt.state === "failed")).toHaveLength(1);
    await expectSameAsUndisturbed();
  });
});
