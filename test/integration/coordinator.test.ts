import path from "node:path";
import { describe, expect, it } from "vitest";
import { StudyEvents, type StudyEvent } from "../../orchestrator/events.ts";
import { medianPruner } from "../../search/pruners/percentile.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Trial } from "../../storage/store.ts";
import { settingsWith } from "../../worker/protocol/settings.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { runScripted } from "../support/scripted-study.ts";

function trials(file = db): readonly Trial[] {
  const store = openStore(file, { readonly: true });
  try {
    return store.trials(store.findStudy("scripted")!.id);
  } finally {
    store.close();
  }
}

/** Every epoch of every trial exactly once, in order. */
function expectWholeCurves(epochs: number, file = db): void {
  const store = openStore(file, { readonly: true });
  try {
    const study = store.findStudy("scripted")!;
    for (const trial of store.trials(study.id)) {
      expect(store.curve(study.id, trial.number).map((report) => report.epoch)).toEqual(
        Array.from({ length: epochs }, (_, index) => index + 1),
      );
    }
  } finally {
    store.close();
  }
}

function configurations(file = db): unknown {
  return trials(file).map(({ number, params, seed }) => ({ number, params, seed }));
}

describe("a study with real worker processes", () => {
  it("runs every trial of its budget, each epoch recorded once", async () => {
    const ending = await runScripted(db, { trials: 12, epochs: 4 });
    expect(ending).toEqual({ state: "complete", reason: "all trials of the budget are done" });
    expect(trials().map((trial) => trial.state)).toEqual(Array.from({ length: 12 }, () => "complete"));
    expectWholeCurves(4);
  });

  it("tries the same configurations in the same order whatever the number of workers", async () => {
    await runScripted(db, { trials: 10, epochs: 2, workers: 1 });
    const other = path.join(folder, "other.db");
    await runScripted(other, { trials: 10, epochs: 2, workers: 3 });
    expect(configurations(other)).toEqual(configurations());
  });

  it("prunes weak trials and says why", async () => {
    await runScripted(db, {
      trials: 14,
      epochs: 60,
      pruner: medianPruner("val_mse", { min_epochs: 2, min_trials: 3, interval: 1 }),
      workerArgs: ["--epoch-ms", "20"],
    });
    const pruned = trials().filter((trial) => trial.state === "pruned");
    expect(pruned.length).toBeGreaterThan(0);
    for (const trial of pruned) {
      expect(trial.reason).toContain("median");
      expect(trial.epochsDone).toBeLessThan(60);
    }
  });

  it("tries a trial whose worker dies three times, then fails it and goes on", async () => {
    const events = new StudyEvents();
    const seen: StudyEvent[] = [];
    events.on((event) => seen.push(event));
    await runScripted(db, { trials: 6, epochs: 3 });
    const victim = trials()[2]!.params["hidden"];
    const crashed = path.join(folder, "crashed.db");
    await runScripted(crashed, {
      trials: 6,
      epochs: 3,
      events,
      workerArgs: ["--crash-hidden", String(victim)],
    });
    const trial = trials(crashed)[2]!;
    expect(trial).toMatchObject({ state: "failed", attempts: 3, value: null });
    expect(trial.reason).toMatch(/^gave up after 3 failed attempts: worker process was killed \(SIGKILL/);
    const others = trials(crashed).filter((other) => other.params["hidden"] !== victim);
    expect(others.every((other) => other.state === "complete")).toBe(true);
    expect(seen.filter((event) => event.kind === "worker_gone").length).toBeGreaterThanOrEqual(3);
  });

  it("hands running trials back when interrupted, and resumes them from their checkpoint", async () => {
    const interrupt = new AbortController();
    const events = new StudyEvents();
    let reports = 0;
    events.on((event) => {
      if (event.kind === "report" && ++reports === 15) interrupt.abort();
    });
    const size = { trials: 8, epochs: 100 };
    const first = await runScripted(db, {
      ...size,
      events,
      interrupts: { finish: interrupt.signal },
      workerArgs: ["--epoch-ms", "10"],
    });
    expect(first.state).toBe("interrupted");
    const handedBack = trials().filter((trial) => trial.state === "running");
    expect(handedBack.length).toBeGreaterThan(0);
    const second = await runScripted(db, size);
    expect(second.state).toBe("complete");
    expect(trials().every((trial) => trial.state === "complete")).toBe(true);
    expectWholeCurves(size.epochs);
    const store = openStore(db, { readonly: true });
    // One that was only offered begins at the beginning.
    const begun = handedBack.find(({ epochsDone }) => epochsDone > 0)!;
    expect(store.attempts(1, begun.number).at(-1)!.fromEpoch).toBeGreaterThanOrEqual(begun.epochsDone);
    store.close();
    const undisturbed = path.join(folder, "undisturbed.db");
    await runScripted(undisturbed, size);
    expect(configurations()).toEqual(configurations(undisturbed));
  });

  it("stops at once on the second interrupt and still resumes", async () => {
    const now = new AbortController();
    const events = new StudyEvents();
    events.on((event) => {
      if (event.kind === "report") now.abort();
    });
    const options = { trials: 4, epochs: 5, workerArgs: ["--epoch-ms", "10"] };
    const first = await runScripted(db, { ...options, events, interrupts: { now: now.signal } });
    expect(first.state).toBe("interrupted");
    await runScripted(db, options);
    expect(trials().map((trial) => trial.state)).toEqual(["complete", "complete", "complete", "complete"]);
    expectWholeCurves(5);
  });

  it("ends when a trial reaches the target, and cancels the rest", async () => {
    const ending = await runScripted(db, {
      trials: 200,
      epochs: 10,
      plan: { budget: { trials: 200, epochs: 10, target: 0.6 } },
      workerArgs: ["--epoch-ms", "2"],
    });
    expect(ending.reason).toMatch(/^trial \d+ reached the target 0.6$/);
    const best = Math.min(...trials().flatMap((trial) => (trial.value === null ? [] : [trial.value])));
    expect(best).toBeLessThanOrEqual(0.6);
    expect(trials().every((trial) => trial.state !== "running")).toBe(true);
  });

  it("obeys a stop of one trial and of the whole study, asked for through the database", async () => {
    const events = new StudyEvents();
    const asker = openStore(db);
    let asked = false;
    const ask = (trial: number | null): void =>
      asker.requestStop(asker.findStudy("scripted")!.id, trial, Date.now());
    events.on((event) => {
      if (event.kind === "report" && event.trial === 0 && !asked) {
        asked = true;
        ask(0);
      }
      if (event.kind === "trial_ended" && event.trial === 0) ask(null);
    });
    const ending = await runScripted(db, {
      trials: 100,
      epochs: 1_000,
      events,
      workerArgs: ["--epoch-ms", "15"],
    });
    asker.close();
    expect(ending).toEqual({ state: "stopped", reason: "stopped by `seqtune stop`" });
    expect(trials()[0]).toMatchObject({ state: "cancelled", reason: "stopped by `seqtune stop`" });
    expect(trials().every((trial) => trial.state !== "running")).toBe(true);
  });

  it("says why when workers cannot start", async () => {
    const ending = await runScripted(db, { trials: 3, workerArgs: ["--no-such-option"] });
    expect(ending.state).toBe("failed");
    expect(ending.reason).toMatch(
      /workers cannot start: worker process ended with exit code 1: .*no-such-option/,
    );
  });
});

describe("a configuration whose settings do not go together", () => {
  it("fails as bad settings, and the study goes on", async () => {
    let asked = 0;
    const ending = await runScripted(db, {
      trials: 4,
      epochs: 2,
      plan: {
        settingsFor: (params) => {
          if (asked++ === 1) throw new Error("hidden lists 2 sizes but layers is 1");
          const settings = settingsWith({ data: { targets: ["y"] }, model: {} }, params);
          if (!settings.success) throw settings.error;
          return settings.data;
        },
      },
    });
    expect(ending.state).toBe("complete");
    const failed = trials().filter((trial) => trial.state === "failed");
    expect(failed.map((trial) => trial.reason)).toEqual([
      "bad_settings: hidden lists 2 sizes but layers is 1",
    ]);
    expect(trials().filter((trial) => trial.state === "complete")).toHaveLength(3);
  });
});
