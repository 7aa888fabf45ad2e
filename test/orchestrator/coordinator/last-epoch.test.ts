import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { medianPruner } from "../../../search/pruners/percentile.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { runInProcess } from "../../support/in-process-study.ts";

it("a trial that has trained its last epoch is complete, even where the rule would stop it there", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-last-epoch-"));
  const db = path.join(folder, "study.db");
  const epochs = 16;
  const judged: string[] = [];
  const median = medianPruner("val_mse", { min_epochs: epochs, min_trials: 3, interval: 1 });
  await runInProcess(db, {
    budget: { trials: 12, epochs },
    workers: 2,
    curve: ({ hidden }, epoch) => Number(hidden) + 1 / epoch,
    plan: {
      pruner: {
        name: median.name,
        judge: (history, trial) => {
          const verdict = median.judge(history, trial);
          judged.push(verdict.kind);
          return verdict;
        },
      },
    },
  });
  expect(judged).toContain("stop");
  const store = openStore(db, { readonly: true });
  const trials = store.trials(store.findStudy("scripted")!.id);
  store.close();
  rmSync(folder, { recursive: true });
  expect(trials.map(({ state, epochsDone }) => ({ state, epochsDone }))).toEqual(
    Array.from({ length: 12 }, () => ({ state: "complete", epochsDone: epochs })),
  );
});
