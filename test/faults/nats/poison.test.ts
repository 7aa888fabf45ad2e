/** A trial whose worker process dies each time it trains it; row 22 of the table of faults. */
import { expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { until } from "../../support/until.ts";
import { inLab, type FaultLab } from "./fault-lab.ts";

const size = { trials: 3, epochs: 10, epochMs: 300, leaseMs: 4_000 };
const poison = 1;

function isRunning(lab: FaultLab, wanted: number): boolean {
  const found = lab.attempts().find(({ trial, attempt }) => trial === poison && attempt === wanted);
  return found?.state === "running";
}

it("is given up after three attempts, and the study goes on without it", async () => {
  await inLab(size, async (lab) => {
    const coordinator = lab.coordinate();
    let worker = lab.work("one");
    for (let attempt = 1; attempt <= 3; attempt++) {
      await until(() => isRunning(lab, attempt), `attempt ${attempt}`, 90_000);
      worker.kill("SIGKILL");
      await worker.ended;
      worker = lab.work("one"); // as a slot of `seqtune worker` starts its process again
    }
    expect(await coordinator.line("ended")).toBe("ended complete");
    const store = openStore(lab.db, { readonly: true });
    const trials = store.trials(store.findStudy("faults")!.id);
    store.close();
    expect(trials.map(({ state, attempts }) => ({ state, attempts }))).toEqual([
      { state: "complete", attempts: 1 },
      { state: "failed", attempts: 3 },
      { state: "complete", attempts: 1 },
    ]);
    expect(trials[poison]!.reason).toMatch(/^gave up after 3 failed attempts/);
  });
}, 240_000);
