import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EarlyEnd, StudyPlan } from "../../../orchestrator/coordinator/plan.ts";
import { deliver, recorderOf } from "../../../orchestrator/coordinator/recorder.ts";
import type { StudyEvent } from "../../../orchestrator/events.ts";
import { Driver } from "../../../orchestrator/study/driver.ts";
import { rebuild } from "../../../orchestrator/study/rebuild.ts";
import type { StudyState } from "../../../orchestrator/study/state.ts";
import type { History } from "../../../search/history.ts";
import { CONTINUE, type Pruner } from "../../../search/pruner.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import { StoreError } from "../../../storage/errors.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { override } from "../../../orchestrator/override.ts";
import { useFolder } from "../../support/use-folder.ts";
import { newStudy } from "../../support/study-writes.ts";
import { ended, ref, report, started } from "./worker-messages.ts";

const place = useFolder();
let store: StudyStore;
let row: Study;
let state: StudyState;
let history: History;
let driver: Driver;
/** How often the bus heard of an end. */
let settled: number;
let told: StudyEvent[];
let study: number;
let mayEndEarly: EarlyEnd | null;
let judge: Pruner["judge"];

const plan = (): StudyPlan => ({
  seed: 1,
  budget: { epochs: 5 },
  sampler: randomSampler({ parameters: [] }),
  pruner: { name: "scripted", judge: (history, trial) => judge(history, trial) },
  bounds: new Map([["val_mse", { min: 0, max: Infinity }]]),
  endsEarly: () => mayEndEarly,
  data: { sha256: "a".repeat(64), bytes: 1 },
  checkpointSeconds: null,
  settingsFor: () => expect.fail("no assignment is made here"),
});

/** Takes the study up from the database, as it is. */
function takeUp(records: StudyStore = store): Driver {
  state = rebuild(records, row, plan(), false);
  history = state.history;
  return new Driver(state, {
    record: recorderOf(records, study),
    act: (effect) => {
      if (effect.kind === "tell") told.push(effect.event);
      if (effect.kind === "settle") settled += 1;
    },
  });
}

const commit = (messages: readonly WorkerMessage[], by = driver): void => deliver(by, messages, true, 0);

beforeEach(() => {
  store = openStore(place.db);
  row = store.createStudy({ ...newStudy(), name: "s", key: "s", metric: "val_mse", goal: "minimize" });
  study = row.id;
  settled = 0;
  judge = () => CONTINUE;
  mayEndEarly = { reason: null };
  told = [];
  driver = takeUp();
  driver.send({ kind: "start", params: {}, origin: null, at: 0 });
  told = [];
});
afterEach(() => {
  store.close();
});

const attempts = (): readonly string[] =>
  store.attempts(study, 0).map(({ attempt, state }) => `${attempt} ${state}`);

const asideOf = (): readonly unknown[] => store.events(study).filter(({ name }) => name === "set_aside");

describe("a message that is not meant for the study as it is", () => {
  const of = (change: Partial<typeof ref>): WorkerMessage => ({
    ...report(1, 0.5),
    ref: { ...ref, ...change },
  });
  const impossible: Record<string, WorkerMessage> = {
    "an absurd epoch": { ...report(1, 0.5), epoch: 1e15 } as WorkerMessage,
    "an absurd number": report(1e15, 0.5),
    "a squared error below 0": report(1, -1),
    "a trial that was never added": of({ trial: 7 }),
    "an attempt that was never offered": of({ attempt: 2 }),
    "another study": of({ study: "other" }),
    "a checkpoint beyond the last epoch": {
      kind: "checkpoint",
      ref,
      n: 1,
      worker: "w1",
      epoch: 6,
      checkpoint: { sha256: "b".repeat(64), bytes: 1 },
    },
  };

  it.each(Object.entries(impossible))(
    "(%s) is kept aside, said once, and lets those behind it through",
    (_, odd) => {
      for (let time = 1; time <= 2; time++)
        commit([started(), odd, { ...report(2, 0.4), epoch: 1 } as WorkerMessage]);
      expect(history.trial(0).scores).toEqual([0.4]);
      expect(asideOf()).toHaveLength(1);
      expect(told.filter(({ kind }) => kind === "notice")).toHaveLength(1);
    },
  );

  it("is kept aside by itself when the database can never take it, and those around it are recorded", () => {
    const choosy = override(store, {
      record: (id, writes, durability) => {
        if (writes.some((write) => write.kind === "report" && write.report.epoch === 2))
          throw new TypeError("cannot bind it");
        return store.record(id, writes, durability);
      },
    });
    commit([started(), report(1, 0.5), report(2, 0.4), report(3, 0.3)], takeUp(choosy));
    expect(store.curve(study, 0).map(({ epoch }) => epoch)).toEqual([1, 3]);
    expect(asideOf()).toMatchObject([{ data: { kind: "unrecordable" } }]);
  });

  it("whose epoch does not rise with its number is kept aside", () => {
    commit([started(), report(1, 0.5), report(2, 0.4)]);
    commit([{ ...report(3, 0.01), epoch: 1 } as WorkerMessage]);
    expect(history.trial(0).scores).toEqual([0.5, 0.4]);
  });

  it("with an impossible end ends its attempt as a failure, so that the trial goes on", () => {
    commit([started(), report(1, 0.5)]);
    commit([{ kind: "ended", ref, n: 2, worker: "w1", end: { kind: "paused", epoch: 1e12 } }]);
    expect(attempts()).toEqual(["1 failed", "2 offered"]);
    expect(state.trials.get(0)).toMatchObject({ failures: 1 });
  });

  it("makes the next attempt's number higher than any that was heard of", () => {
    commit([started(), of({ attempt: 4 })]);
    commit([{ kind: "ended", ref, n: 2, worker: "w1", end: { kind: "handed_back", epoch: 0 } }]);
    expect(attempts()).toEqual(["1 handed_back", "2 lost", "3 lost", "4 lost", "5 offered"]);
  });

  it("complete, after too few epochs, is a failure", () => {
    mayEndEarly = null;
    commit([started(), report(1, 0.5), ended(2)]);
    expect(attempts()).toEqual(["1 failed", "2 offered"]);
  });
});

describe("messages of workers", () => {
  it("counts each report once, however often it comes", () => {
    commit([started(), report(1, 0.5)]);
    commit([started(), report(1, 0.5), report(2, 0.4)]);
    expect(history.trial(0).scores).toEqual([0.5, 0.4]);
    expect(store.curve(study, 0)).toHaveLength(2);
  });

  it("keep the newest checkpoint, however often an older one comes again", () => {
    const checkpoint = (n: number, epoch: number): WorkerMessage => {
      const blob = { sha256: String(epoch).repeat(64), bytes: 1 };
      return { kind: "checkpoint", ref, n, worker: "w1", epoch, checkpoint: blob };
    };
    commit([started(), checkpoint(1, 1), checkpoint(2, 2)]);
    commit([checkpoint(1, 1)]);
    expect(state.trials.get(0)!.checkpoint).toMatchObject({ epoch: 2 });
    expect(store.trial(study, 0)!.checkpoint).toMatchObject({ epoch: 2 });
  });

  it("publishes once that an attempt started and what it reported, however often its messages come", () => {
    commit([started(), report(1, 0.5)]);
    commit([started(), report(1, 0.5), report(2, 0.6)]);
    expect(told.map(({ kind }) => kind)).toEqual(["attempt_started", "report", "best", "report"]);
  });

  it("settles an attempt once, also when its end comes twice in one batch or again later", () => {
    commit([started(), report(1, 0.5), ended(2), ended(2)]);
    expect(told.filter(({ kind }) => kind === "trial_ended")).toHaveLength(1);
    settled = 0;
    commit([ended(2)]);
    expect(told.filter(({ kind }) => kind === "trial_ended")).toHaveLength(1);
    expect(settled).toBe(1);
    expect(store.trial(study, 0)).toMatchObject({ state: "complete", value: 0.5 });
  });

  it("takes no checkpoint behind an attempt's end, not even in the same batch", () => {
    judge = () => ({ kind: "pause", reason: "rung" });
    const paused = { kind: "paused", epoch: 1 } as const;
    const late = { ref, worker: "w1", checkpoint: { sha256: "c".repeat(64), bytes: 1 } };
    commit([
      started(),
      report(1, 0.5),
      { kind: "ended", ref, n: 2, worker: "w1", end: paused },
      { kind: "checkpoint", n: 3, epoch: 1, ...late },
    ]);
    expect(store.trial(study, 0)!.checkpoint).toBeNull();
    expect(state.trials.get(0)!.checkpoint).toBeNull();
  });

  it("gives an attempt to the first of two workers that say in one batch that they started it", () => {
    commit([started("w1"), started("w2")]);
    expect(store.attempts(study, 0)).toMatchObject([{ worker: "w1" }]);
    expect(state.trials.get(0)!.worker).toBe("w1");
  });

  it("takes an attempt's messages only from the worker that holds it", () => {
    commit([started("w1"), report(1, 0.5, "w1")]);
    commit([report(2, 0.001, "stranger"), ended(3, "stranger")]);
    expect(attempts()).toEqual(["1 running"]);
    expect(history.trial(0).best).toBe(0.5);
  });

  it("changes nothing in memory when the database refuses the batch", () => {
    const before = structuredClone(state.trials.get(0));
    store.close();
    expect(() => commit([started(), report(1, 0.5), ended(2)])).toThrow();
    expect(history.trial(0).scores).toEqual([]);
    expect(state.trials.get(0)).toEqual(before);
    expect(told).toEqual([]);
    store = openStore(place.db);
  });

  it("keeps a report that is not finite as one without a value", () => {
    commit([started(), report(1, "NaN"), report(2, 0.3)]);
    expect(history.trial(0).best).toBe(0.3);
    expect(store.curve(study, 0).map(({ value }) => value)).toEqual([null, 0.3]);
  });

  it("ignores another study's messages", () => {
    commit([{ ...report(1, 0.5), ref: { ...ref, study: "other" } }]);
    expect(history.trial(0).scores).toEqual([]);
  });

  it("keeps a verdict that the disk refuses, with what came behind it, until it can be recorded", () => {
    judge = (_, trial) => (trial.epoch === 1 ? { kind: "stop", reason: "weak" } : CONTINUE);
    let refusals = 2;
    const full = override(store, {
      record: (id, writes, durability) => {
        if (writes.some(({ kind }) => kind === "event") && refusals-- > 0)
          throw new StoreError("disk", "study.db", "the disk is full");
        return store.record(id, writes, durability);
      },
    });
    const batch = [started(), report(1, 0.5), report(2, 0.4)];
    const other = takeUp(full);
    expect(() => commit(batch, other)).toThrow("the disk is full");
    expect(store.curve(study, 0)).toHaveLength(2);
    expect(history.trial(0).scores).toEqual([0.5]);
    expect(state.trials.get(0)!.order).toBeNull();
    expect(() => commit(batch, other)).toThrow("the disk is full");
    commit(batch, other);
    // The second report came after the verdict, as it would have without the refusals.
    expect(history.trial(0).scores).toEqual([0.5]);
    expect(state.trials.get(0)!.order).toMatchObject({ outcome: "pruned" });
    commit(batch, other);
    expect(told.filter(({ kind }) => kind === "ordered")).toHaveLength(1);
  });

  it("records what a trial reports after its pruning, and lets nothing depend on it", () => {
    judge = (_, trial) => (trial.epoch === 1 ? { kind: "stop", reason: "weak" } : CONTINUE);
    commit([started(), report(1, 0.5), report(2, 0.1), report(3, 0.05), ended(4)]);
    expect(store.curve(study, 0)).toHaveLength(3);
    expect(history.trial(0)).toMatchObject({ best: 0.5, epoch: 1 });
    expect(told.filter(({ kind }) => kind === "best")).toHaveLength(1);
    expect(store.trial(study, 0)).toMatchObject({ state: "pruned", reason: "weak" });
  });
});
