import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { added, attemptEnded, newStudy, offered, reported, wholeTrial } from "../support/study-writes.ts";

// That the cost of a trial does not grow with the number of trials rests on this: no statement that a sweep or
// a leaderboard uses walks through a table that grows, or sorts what it found.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-plans-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("every statement finds its rows through an index, in order", () => {
  const file = path.join(folder, "studies.db");
  const texts = statementsOf(() => useAllOf(file));
  expect(texts.length).toBeGreaterThan(30);

  const db = new Database(file, { readonly: true });
  const plans = texts.map((text) => ({ text, steps: explain(db, text) }));
  db.close();

  // These lists are as short as the number of studies, or of the workers of one study.
  const short = /^SCAN (s|p)$|^SCAN p USING INDEX progress_by_change$|^SCAN progress\b/;
  const slow = plans.flatMap(({ text, steps }) =>
    steps
      .filter((step) => /^SCAN|TEMP B-TREE/.test(step) && !short.test(step) && !text.includes("FROM workers"))
      .map((step) => `${step} in ${text}`),
  );
  expect(slow).toEqual([]);
});

test("curves of some trials are read off the reports of these alone", () => {
  const file = path.join(folder, "studies.db");
  const texts = statementsOf(() => useAllOf(file)).filter((sql) =>
    /SELECT trial, epoch.*FROM reports/.test(sql),
  );
  const db = new Database(file, { readonly: true });
  expect(texts.map((text) => explain(db, text))).toEqual([
    ["SEARCH reports USING PRIMARY KEY (study=? AND trial>? AND trial<?)"],
  ]);
  db.close();
});

test("the ranking is read off its index, best first", () => {
  const file = path.join(folder, "studies.db");
  const [text] = statementsOf(() => useAllOf(file)).filter((sql) => sql.includes("ORDER BY CASE"));
  const db = new Database(file, { readonly: true });
  expect(explain(db, text!)).toEqual(["SEARCH trials USING INDEX trials_by_rank (study=?)"]);
  db.close();
});

/** Everything that is prepared while `work` runs and is not about transactions or the schema. */
function statementsOf(work: () => void): string[] {
  const prepare = vi.spyOn(Database.prototype, "prepare");
  work();
  const texts = prepare.mock.calls.map(([text]) => text);
  prepare.mockRestore();
  return [...new Set(texts)].filter((text) => !text.includes("sqlite_schema") && !/^PRAGMA/i.test(text));
}

function explain(db: Database.Database, text: string): string[] {
  const names = [...text.matchAll(/@(\w+)/g)].map(([, name]) => [name, 0] as const);
  const bound = names.length > 0 ? [Object.fromEntries(names)] : [...text.matchAll(/\?/g)].map(() => 0);
  const statement = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
  return statement.all(...bound).map((row) => row.detail);
}

function useAllOf(file: string): void {
  const store = openStore(file);
  const { id } = store.createStudy(newStudy());
  const at = 5;
  const checkpoint = { sha256: "0", bytes: 1, epoch: 1 };
  store.record(id, [...wholeTrial(0, [0.5]), ...wholeTrial(1, [0.4, 0.3], "diverged"), added(2)], "power");
  store.record(
    id,
    [
      offered(2, 1),
      { kind: "attempt_started", trial: 2, attempt: 1, worker: "w", engine: "e", at },
      reported(2, 1, 0, 0.4),
      reported(2, 1, 1, 0.4, { epoch: 1 }),
      { kind: "checkpoint", trial: 2, attempt: 1, checkpoint },
      attemptEnded(2, 1, "paused"),
      { kind: "trial_paused", trial: 2, reason: "rung", model: null },
      { kind: "trial_continued", trial: 2, epochs: 9 },
      { kind: "event", name: "e", data: 1, at },
    ],
    "process",
  );
  store.requestStop(id, 2, at);
  store.stopRequests(id, 0);
  store.saveEvaluation(id, {
    trial: 0,
    split: "test",
    metrics: {},
    baselines: {},
    windows: 1,
    comparisons: [],
    outside: null,
    detail: null,
    at,
  });
  store.evaluations(id);
  const worker = { id: "w", host: "h", pid: 1, version: "1", engine: null, labels: {} };
  store.saveWorkers(id, [{ ...worker, firstSeen: 1, lastSeen: 1 }]);
  store.workers(id);
  store.trials(id);
  store.trials(id, { order: "rank", limit: 20 });
  store.trial(id, 0);
  store.attempts(id);
  store.attempts(id, 0);
  store.counts(id);
  store.curve(id, 0);
  store.curveRows(id, 0, 3);
  store.bestMetrics(id, 0, 3);
  Array.from(store.reports(id));
  store.events(id);
  store.studies();
  store.findStudy("etth1");
  store.latestStudy();
  store.setStudyState(id, "complete", null, at);
  store.close();
}
