/** A study that is taken up from its database knows what it would know had it lived through everything. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rebuild } from "../../../orchestrator/study/rebuild.ts";
import type { RunState } from "../../../orchestrator/study/state.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { added, newStudy, offered, reported } from "../../support/study-writes.ts";

import { action } from "./life-actions.ts";
import { epochs, Life, plan } from "./life.ts";

let folder: string;
let store: StudyStore;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-rebuild-"));
  store = openStore(path.join(folder, "study.db"));
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** Everything of a state that decides anything later. */
function essence({ history, trials, repeats, aside, searchDone, wishes }: RunState): unknown {
  const live = trials.all().toSorted((a, b) => a.number - b.number);
  return {
    records: history.trials,
    ended: history.ended,
    running: [...history.running].toSorted((a, b) => a - b),
    live: live.map((trial) => ({
      ...trial,
      // That a worker claimed an offer is known to the living only, and an interruption is over with its study's run.
      worker: trial.attemptState === "offered" ? null : trial.worker,
      order: trial.order?.outcome === "interrupted" ? null : trial.order,
    })),
    next: history.trials.map(({ number }) =>
      Math.max(trials.newestAttempt(number), aside.newestHeardOf(number)),
    ),
    open: trials.openCount,
    wish: wishes.next,
    granted: Array.from({ length: 41 }, (_, request) => wishes.has(request)),
    repeats: history.trials.map(({ number }) => repeats.repeated(number)),
    searchDone: searchDone || repeats.haveBegun,
  };
}

it("a study's state from its database is the one that lived through what is recorded there", () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: 120 }), (actions) => {
      const life = new Life(store);
      for (const [index, one] of actions.entries()) {
        life.do(one);
        if (index % 10 !== 9 && index !== actions.length - 1) continue;
        life.settle();
        expect(essence(life.rebuilt())).toEqual(essence(life.state));
      }
    }),
    { numRuns: 30 },
  );
});

it("a verdict of an earlier version, which knows only its epoch, drops what was trained after that and no more", () => {
  const row = store.createStudy({
    ...newStudy(),
    name: "old",
    key: "old",
    metric: "val_mse",
    goal: "minimize",
  });
  const order = { trial: 0, attempt: 1, epoch: 2, kind: "stop", reason: "weak", outcome: "pruned" };
  store.record(
    row.id,
    [
      added(0, epochs),
      offered(0, 1),
      ...[1, 2, 3].map((epoch) => reported(0, 1, epoch, 1 / epoch, { epoch })),
      { kind: "event", name: "order", data: order, at: 1 },
    ],
    "process",
  );
  expect(rebuild(store, row, plan, true).history.trial(0).scores).toEqual([1, 1 / 2]);
});
