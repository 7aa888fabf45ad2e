import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { StudyEvents, type StudyEvent } from "../../../orchestrator/events.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { runInProcess, type InProcessOptions } from "../../support/in-process-study.ts";
import { reported } from "../../support/study-writes.ts";

it("a study whose records hold an absurd report goes on without it, and says so", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-impossible-"));
  const db = path.join(folder, "study.db");
  const events = new StudyEvents();
  const heard: StudyEvent[] = [];
  events.on((event) => heard.push(event));
  const options = (trials: number): InProcessOptions => ({
    budget: { trials, epochs: 3 },
    curve: (_, epoch) => 1 / epoch,
    plan: { bounds: new Map([["val_mse", { min: 0, max: Infinity }]]) },
    events,
  });
  await runInProcess(db, options(1));
  const store = openStore(db);
  const { id } = store.findStudy("scripted")!;
  store.record(
    id,
    [
      { kind: "trial_added", trial: { number: 1, params: {}, seed: 1, epochs: 3, origin: null, at: 1 } },
      { kind: "attempt_offered", trial: 1, attempt: 1, fromEpoch: 0, toEpoch: 3, at: 1 },
      { kind: "attempt_started", trial: 1, attempt: 1, worker: "w9", engine: "none", at: 1 },
      reported(1, 1, 1, 0.001, { epoch: 1e15 }),
      reported(1, 1, 2, -4, { epoch: 2 }),
    ],
    "process",
  );
  await runInProcess(db, options(3));
  const trials = store.trials(id);
  store.close();
  rmSync(folder, { recursive: true });
  expect(trials.map(({ state, value, epochsDone }) => ({ state, value, epochsDone }))).toEqual(
    Array.from({ length: 3 }, () => ({ state: "complete", value: 1 / 3, epochsDone: 3 })),
  );
  const notices = heard.flatMap((event) => (event.kind === "notice" ? event.message : []));
  expect(notices).toEqual([expect.stringContaining("2 recorded reports cannot be and are not counted")]);
});
