import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { StudyEvents } from "../../orchestrator/events.ts";
import { ModelKeeper } from "../../orchestrator/run/model-keeper.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { added, attemptEnded, newStudy, offered, reported } from "../support/study-writes.ts";

let folder: string;
let store: StudyStore;
let study: Study;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-keeper-"));
  store = openStore(path.join(folder, "study.db"));
  study = store.createStudy(newStudy());
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** A trial that is complete, with its model. */
function record(trial: number, model: BlobRef): void {
  const ended = { kind: "trial_ended", trial, outcome: "complete", reason: null, at: 5 } as const;
  store.record(
    study.id,
    [
      added(trial),
      offered(trial, 1),
      reported(trial, 1, 0, 0.1 * (trial + 1)),
      attemptEnded(trial, 1),
      { ...ended, model: { ...model, epoch: 1 } },
    ],
    "process",
  );
}

it("brings home the models that a coordinator which died had left in the lab, and goes on where one is lost", async () => {
  const bus = fileBlobs(path.join(folder, "lab"));
  const home = fileBlobs(path.join(folder, "home"));
  const models = await Promise.all(["first", "lost", "last"].map((text) => bus.put(Buffer.from(text))));
  const [first, lost, last] = models as [BlobRef, BlobRef, BlobRef];
  await bus.delete(lost);
  for (const [trial, model] of models.entries()) record(trial, model);
  const notices: string[] = [];
  const events = new StudyEvents();
  const keeper = new ModelKeeper({ study, store, events, bus, home, notice: (words) => notices.push(words) });
  await keeper.finish(false);
  expect(await Promise.all(models.map((model) => home.has(model)))).toEqual([true, false, true]);
  expect(await Promise.all([first, last].map((model) => bus.has(model)))).toEqual([false, false]);
  expect(notices).toEqual([expect.stringMatching(/^a model file could not be put in order: /)]);
});
