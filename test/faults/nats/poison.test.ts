/** A trial whose worker process dies each time it trains it; row 22 of the table of faults. */
import { expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { inLab } from "./fault-lab.ts";

// No lease is waited for: who comes back tells by that what became of its attempt.
const size = { trials: 3, epochs: 10, epochMs: 50, leaseMs: 60_000 };
const poison = 1;

it("is given up after three attempts, and the study goes on without it", async () => {
  await inLab(size, async (lab) => {
    const coordinator = lab.coordinate();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const worker = lab.work("one", { args: [`--dies-in=${poison}`] });
      expect((await worker.ended).how).toBe("SIGKILL");
    }
    lab.work("one"); // as a slot of `seqtune worker` starts its process again
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
