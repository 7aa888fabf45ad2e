import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreError } from "../../storage/errors.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { EvaluationRow, StudyStore } from "../../storage/store.ts";
import { added, newStudy, offered, reported } from "../support/study-writes.ts";

const evaluation: EvaluationRow = {
  trial: 0,
  split: "test",
  metrics: { mse: Number.NaN },
  baselines: { "repeat last": { mse: 2 } },
  windows: 3,
  comparisons: [
    { baseline: "repeat last", naive: true, kind: "squared", own: 1, other: 2, error: null, blocks: 3 },
  ],
  outside: 0.5,
  detail: null,
  at: 1,
};
const worker = {
  id: "w1",
  host: "lab-1",
  pid: 7,
  version: "1.0.0",
  engine: null,
  labels: { gpu: "none" },
  firstSeen: 1,
  lastSeen: 2,
};

let folder: string;
let file: string;
let study: number;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-damaged-"));
  file = path.join(folder, "studies.db");
  const store = openStore(file);
  study = store.createStudy(newStudy({ name: "damaged" })).id;
  store.record(study, [added(0), offered(0, 1), reported(0, 1, 0, 0.5)], "process");
  store.record(study, [{ kind: "event", name: "order", data: { any: [1] }, at: 1 }], "process");
  store.saveWorkers(study, [worker]);
  store.saveEvaluation(study, evaluation);
  store.close();
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Every column that holds JSON, what reads it, and a value that is JSON and not what belongs there. */
const columns: readonly [column: string, wrong: string, read: (store: StudyStore) => unknown][] = [
  ["studies.versions", '{"node": 20}', (store) => store.findStudy("damaged")],
  [
    "studies.baselines",
    '[{"name": "repeat last", "value": "0.5", "naive": true}]',
    (store) => store.latestStudy(),
  ],
  ["trials.params", '{"hidden": {"deep": 1}}', (store) => store.trials(study)],
  ["trials.params", '{"hidden": [1, "two"]}', (store) => store.trial(study, 0)],
  ["reports.metrics", '{"mse": null}', (store) => store.curve(study, 0)],
  ["reports.metrics", '{"mse": "low"}', (store) => [...store.reports(study)]],
  ["workers.labels", "[]", (store) => store.workers(study)],
  ["evaluations.metrics", "7", (store) => store.evaluations(study)],
  ["evaluations.baselines", '{"repeat last": 2}', (store) => store.evaluations(study)],
  ["evaluations.comparisons", '[{"baseline": "repeat last"}]', (store) => store.evaluations(study)],
];
/** These may hold any JSON: their readers check it. */
const anyJson: typeof columns = [
  ["studies.config", "", (store) => store.findStudy("damaged")],
  ["events.data", "", (store) => store.events(study)],
];

function edit(column: string, text: string): void {
  const [table = "", name = ""] = column.split(".");
  const db = new Database(file);
  for (const { name: trigger } of db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .all())
    db.exec(`DROP TRIGGER "${trigger}"`);
  db.prepare(`UPDATE ${table} SET ${name} = ?`).run(text);
  db.close();
}

function reading(read: (store: StudyStore) => unknown): unknown {
  const store = openStore(file);
  try {
    return read(store);
  } catch (error) {
    return error;
  } finally {
    store.close();
  }
}

describe("a JSON column that was edited by hand", () => {
  it.each(columns)("%s = %s is called damaged, with the file and the column", (column, wrong, read) => {
    expect(reading(read)).not.toBeInstanceOf(Error);
    edit(column, wrong);
    const error = reading(read);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ kind: "damaged", file });
    expect(String(error)).toContain(`column ${column} holds a value`);
  });

  it.each([...columns, ...anyJson])("%s cut off in the middle is called damaged", (column, _wrong, read) => {
    edit(column, '{"cut": [');
    expect(reading(read)).toMatchObject({ kind: "damaged", file });
  });
});

it("numbers that JSON lacks come back from every map of numbers", () => {
  const read = reading((store) => store.evaluations(study));
  expect(read).toEqual([evaluation]);
});
