/** A trial whose worker process, or its whole machine, dies each time it trains it; row 22 of the table of faults. */
import { expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { inLab } from "./fault-lab.ts";

// No lease is waited for: who comes back tells by that what became of its attempt.
const size = { trials: 3, epochs: 10, epochMs: 50, leaseMs: 3_600_000 };
const poison = 1;

it("that kills its worker process is given up after three attempts, and the study goes on without it", async () => {
  await inLab(size, async (lab) => {
    const coordinator = lab.coordinate();
    for (let attempt = 1; attempt <= 3; attempt++) {
      // As a slot of `seqtune worker` starts its process again, with a word on the one before.
      const before = attempt === 1 ? [] : ["--before=died (SIGKILL)"];
      const worker = lab.work("one", { args: [`--dies-in=${poison}`, ...before] });
      expect((await worker.ended).how).toBe("SIGKILL");
    }
    lab.work("one", { args: ["--before=died (SIGKILL)"] });
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
});

it("that loses its machine four times is trained on, for a machine's death is not the trial's own failure", async () => {
  await inLab(size, async (lab) => {
    const coordinator = lab.coordinate();
    for (let death = 1; death <= 4; death++) {
      const worker = lab.work("one", { args: [`--dies-in=${poison}`] }); // no supervisor is left to say a word
      expect((await worker.ended).how).toBe("SIGKILL");
    }
    lab.work("one");
    expect(await coordinator.line("ended")).toBe("ended complete");
    const store = openStore(lab.db, { readonly: true });
    const study = store.findStudy("faults")!.id;
    const states = store.attempts(study, poison).map(({ state }) => state);
    const trial = store.trial(study, poison);
    store.close();
    expect(states).toEqual(["lost", "lost", "lost", "lost", "complete"]);
    expect(trial).toMatchObject({ state: "complete", epochsDone: 10 });
  });
});
