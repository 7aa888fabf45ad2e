import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { db as file } from "../../support/folder-per-test.ts";
import { startScript, type Script } from "../../support/script.ts";
import { attemptEnded, ended } from "../../support/study-writes.ts";
import { until } from "../../support/until.ts";

const WRITER = new URL("writer.ts", import.meta.url);
const READER = new URL("reader.ts", import.meta.url);

test("many readers work while one writes, and the database is never locked", async () => {
  const writer = startScript(WRITER, [file, "busy", "0", "1000000"]);
  await writer.line("ready");
  const readers = Array.from({ length: 4 }, () => startScript(READER, [file, "busy"]));
  await Promise.all(readers.map((reader) => reader.line("read 30")));
  const store = openStore(file);
  store.requestStop(store.findStudy("busy")!.id, null, 1);
  store.close();
  for (const script of [writer, ...readers]) await expectCleanEnd(script);
  expect(readers.flatMap((reader) => reader.lines.filter((line) => line.startsWith("wrong")))).toEqual([]);
});

test("several writers of different studies take turns", async () => {
  const writers = ["a", "b", "c"].map((name) => startScript(WRITER, [file, name, "0", "100"]));
  for (const writer of writers) await expectCleanEnd(writer);
  const store = openStore(file, { readonly: true });
  expect(store.studies().map((study) => study.counts.complete)).toEqual([100, 100, 100]);
  store.close();
});

test("a writer killed at any moment leaves whole transactions, and the next one goes on", async () => {
  let done = 0;
  for (let round = 0; round < 6; round++) {
    const writer = startScript(WRITER, [file, "killed", String(done), "100000"]);
    // Somewhere in the work that follows the third trial of this round, whatever it is doing then.
    await until(() => writer.lines.includes(`trial ${done + 2}`), "three trials");
    writer.kill("SIGKILL");
    await writer.ended;
    const said = writer.lines.flatMap((line) => /^trial (\d+)$/.exec(line)?.[1] ?? []);
    done = examine(said.map(Number));
  }
});

/** What was said to be on disk is there, and nothing is half there. Closes the open trial; the next trial's number. */
function examine(said: readonly number[]): number {
  const db = new Database(file);
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(db.pragma("foreign_key_check")).toEqual([]);
  db.close();
  const store = openStore(file);
  const { id } = store.findStudy("killed")!;
  const trials = store.trials(id);
  for (const number of said) expect(trials[number]?.state).toBe("complete");
  const open = trials.filter((trial) => trial.state === "running");
  expect(open.length).toBeLessThanOrEqual(1);
  expect(store.counts(id)).toMatchObject({
    running: open.length,
    complete: trials.filter((trial) => trial.state === "complete").length,
  });
  for (const trial of trials) {
    const epochs = store.curve(id, trial.number).map(({ epoch }) => epoch);
    expect(epochs).toEqual(Array.from({ length: trial.epochsDone }, (_, index) => index + 1));
    if (trial.state === "complete") expect(trial.epochsDone).toBe(10);
  }
  const reports = trials.reduce((sum, trial) => sum + trial.epochsDone, 0);
  expect(Array.from(store.reports(id))).toHaveLength(reports);
  for (const trial of open) cancel(store, id, trial.number);
  store.close();
  return trials.length;
}

function cancel(store: StudyStore, study: number, trial: number): void {
  const attempts = store.attempts(study, trial).filter(({ state }) => state === "offered");
  const ends = attempts.map(({ attempt }) => attemptEnded(trial, attempt, "lost"));
  store.record(study, [...ends, ended(trial, "cancelled")], "power");
}

async function expectCleanEnd(script: Script): Promise<void> {
  const { how, stderr } = await script.ended;
  expect(stderr).toBe("");
  expect(how).toBe(0);
}
