import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { StoreError } from "../../storage/errors.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { isAlive } from "../support/alive.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { runScripted } from "../support/scripted-study.ts";
import { startScript, type Script } from "../support/script.ts";
import { killUnderWay, underWay, type UnderWay } from "../support/under-way.ts";
import { until } from "../support/until.ts";

const epochs = 12;

/** A study that lasts: 100 ms an epoch. */
function startCoordinator(trials: number): Script {
  const script = new URL("../support/run-scripted.ts", import.meta.url);
  return startScript(script, [db, String(trials), String(epochs), "100"]);
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

async function expectSameAsUndisturbed(trials: number): Promise<void> {
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
  it("of the coordinator alone: its workers end by themselves, and a resume finishes every trial exactly once", async () => {
    const trials = 10;
    for (const enough of [10, 25]) {
      const coordinator = startCoordinator(trials);
      await until(() => reports() >= enough, `${enough} reports`);
      const workers = runningWorkers().filter(isAlive);
      expect(workers.length).toBeGreaterThan(0);
      coordinator.kill("SIGKILL");
      await until(() => !workers.some(isAlive), "the workers to end");
      expect(look((store) => store.findStudy("scripted")!.state)).toBe("running");
    }
    await runScripted(db, { trials, epochs });
    await expectSameAsUndisturbed(trials);
  });

  it("of a worker mid-trial: the trial is tried again, every epoch of its curve is there once", async () => {
    const trials = 4;
    const coordinator = startCoordinator(trials);
    const young = (): readonly UnderWay[] => look((store, study) => underWay(store, study, [1, 4])) ?? [];
    await killUnderWay(() => young().filter(({ pid }) => isAlive(pid)));
    await coordinator.ended;
    const attempts = look((store, study) => store.attempts(study)) ?? [];
    expect(attempts.filter((attempt) => attempt.state === "failed")).toHaveLength(1);
    await expectSameAsUndisturbed(trials);
  });
});
