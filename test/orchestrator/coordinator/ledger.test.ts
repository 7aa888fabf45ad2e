import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../orchestrator/clock.ts";
import { Ledger, type LedgerDeps } from "../../../orchestrator/coordinator/ledger.ts";
import { OpenTrials, type OpenTrial } from "../../../orchestrator/coordinator/open-trials.ts";
import type { EarlyEnd } from "../../../orchestrator/coordinator/plan.ts";
import { Aside } from "../../../orchestrator/study/aside.ts";
import type { Settlement } from "../../../orchestrator/coordinator/settle.ts";
import { StudyEvents, type StudyEvent } from "../../../orchestrator/events.ts";
import { History } from "../../../search/history.ts";
import { StoreError } from "../../../storage/errors.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore } from "../../../storage/store.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";

let folder: string;
let store: StudyStore;
let history: History;
let open: OpenTrials;
let ledger: Ledger;
let settled: Settlement[];
let stale: number;
let told: StudyEvent[];
let study: number;
let deps: () => LedgerDeps;
let mayEndEarly: EarlyEnd | null;
let onReport: (trial: OpenTrial) => void;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-ledger-"));
  store = openStore(path.join(folder, "study.db"));
  const blob = { sha256: "a".repeat(64), bytes: 1, file: "x.csv" };
  const row = store.createStudy({
    name: "s",
    key: "s",
    goal: "minimize",
    metric: "val_mse",
    seed: 1,
    source: "",
    config: {},
    data: blob,
    versions: {},
    baselines: [],
    at: 0,
  });
  study = row.id;
  history = new History("minimize");
  open = new OpenTrials("s");
  settled = [];
  onReport = () => {};
  mayEndEarly = { reason: null };
  stale = 0;
  told = [];
  const events = new StudyEvents();
  events.on((event) => told.push(event));
  deps = () => ({
    study: row,
    plan: {
      budget: { epochs: 5 },
      bounds: new Map([["val_mse", { min: 0, max: Infinity }]]),
      endsEarly: () => mayEndEarly,
    },
    store,
    history,
    open,
    aside: new Aside("s"),
    events,
    clock: systemClock,
    remote: false,
    judged: true,
    onSettled: (_, settlement) => settled.push(settlement),
    onStaleEnd: () => (stale += 1),
    onReport: (trial) => onReport(trial),
  });
  ledger = new Ledger(deps());
  startTrial();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function startTrial(): OpenTrial {
  const added = { number: 0, params: {}, seed: 1, epochs: 5, origin: null, at: 0 };
  store.record(
    study,
    [
      { kind: "trial_added", trial: added },
      { kind: "attempt_offered", trial: 0, attempt: 1, fromEpoch: 0, toEpoch: 5, at: 0 },
    ],
    "process",
  );
  history.apply({ kind: "started", trial: 0, params: {}, epochs: 5 });
  const trial: OpenTrial = {
    number: 0,
    params: {},
    seed: 1,
    epochs: 5,
    attempt: 1,
    failures: 0,
    worker: null,
    checkpoint: null,
    order: null,
    release: () => {},
  };
  open.add(trial);
  return trial;
}

const ref = { study: "s", trial: 0, attempt: 1 };
const engine = { engine: "none", backend: "none", version: "0", device: "none" };
const started = (worker = "w1"): WorkerMessage => ({ kind: "started", ref, n: 0, worker, engine });
const report = (n: number, value: number | "NaN", worker = "w1"): WorkerMessage => {
  return { kind: "report", ref, n, worker, epoch: n, metrics: { val_mse: value }, seconds: 1 };
};
const ended = (n: number, worker = "w1"): WorkerMessage => {
  return { kind: "ended", ref, n, worker, end: { kind: "complete" } };
};

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
        ledger.commit([started(), odd, { ...report(2, 0.4), epoch: 1 } as WorkerMessage]);
      expect(history.trial(0).scores).toEqual([0.4]);
      expect(asideOf()).toHaveLength(1);
      expect(told.filter(({ kind }) => kind === "notice")).toHaveLength(1);
    },
  );

  it("is kept aside by itself when the database can never take it, and those around it are recorded", () => {
    const real = store;
    store = Object.assign(Object.create(real) as StudyStore, {
      record: (...[id, writes, durability]: Parameters<StudyStore["record"]>) => {
        if (writes.some((write) => write.kind === "report" && write.report.epoch === 2))
          throw new TypeError("cannot bind it");
        return real.record(id, writes, durability);
      },
    });
    const other = new Ledger({ ...deps(), store });
    other.commit([started(), report(1, 0.5), report(2, 0.4), report(3, 0.3)]);
    expect(real.curve(study, 0).map(({ epoch }) => epoch)).toEqual([1, 3]);
    expect(asideOf()).toMatchObject([{ data: { kind: "unrecordable" } }]);
    store = real;
  });

  it("whose epoch does not rise with its number is kept aside", () => {
    ledger.commit([started(), report(1, 0.5), report(2, 0.4)]);
    ledger.commit([{ ...report(3, 0.01), epoch: 1 } as WorkerMessage]);
    expect(history.trial(0).scores).toEqual([0.5, 0.4]);
  });

  it("with an impossible end ends its attempt as a failure, so that the trial goes on", () => {
    ledger.commit([started(), report(1, 0.5)]);
    ledger.commit([{ kind: "ended", ref, n: 2, worker: "w1", end: { kind: "paused", epoch: 1e12 } }]);
    expect(settled).toMatchObject([{ kind: "again", state: "failed", failure: true }]);
  });

  it("makes the next attempt's number higher than any that was heard of", () => {
    ledger.commit([started(), of({ attempt: 4 })]);
    ledger.commit([{ kind: "ended", ref, n: 2, worker: "w1", end: { kind: "handed_back", epoch: 0 } }]);
    expect(store.attempts(study, 0).map(({ attempt, state }) => `${attempt} ${state}`)).toEqual([
      "1 handed_back",
      "2 lost",
      "3 lost",
      "4 lost",
      "5 offered",
    ]);
  });

  it("complete, after too few epochs, is a failure", () => {
    mayEndEarly = null;
    ledger.commit([started(), report(1, 0.5), ended(2)]);
    expect(settled).toMatchObject([{ kind: "again", state: "failed" }]);
  });
});

describe("the ledger", () => {
  it("counts each report once, however often it comes", () => {
    ledger.commit([started(), report(1, 0.5)]);
    ledger.commit([started(), report(1, 0.5), report(2, 0.4)]);
    expect(history.trial(0).scores).toEqual([0.5, 0.4]);
    expect(store.curve(study, 0)).toHaveLength(2);
  });

  it("tells once that an attempt started and what it reported, however often its messages come", () => {
    ledger.commit([started(), report(1, 0.5)]);
    ledger.commit([started(), report(1, 0.5), report(2, 0.6)]);
    expect(told.map(({ kind }) => kind)).toEqual(["attempt_started", "report", "best", "report"]);
  });

  it("settles an attempt once, also when its end comes twice in one batch or again later", () => {
    ledger.commit([started(), report(1, 0.5), ended(2), ended(2)]);
    expect(settled).toHaveLength(1);
    open.close(open.get(0)!);
    ledger.commit([ended(2)]);
    expect(settled).toHaveLength(1);
    expect(stale).toBe(1);
    expect(store.trial(study, 0)).toMatchObject({ state: "complete", value: 0.5 });
  });

  it("takes an attempt's messages only from the worker that holds it", () => {
    ledger.commit([started("w1"), report(1, 0.5, "w1")]);
    ledger.commit([report(2, 0.001, "stranger"), ended(3, "stranger")]);
    expect(settled).toEqual([]);
    expect(history.trial(0).best).toBe(0.5);
  });

  it("changes nothing in memory when the database refuses the batch", () => {
    const before = open.get(0);
    store.close();
    expect(() => ledger.commit([started(), report(1, 0.5), ended(2)])).toThrow();
    expect(history.trial(0).scores).toEqual([]);
    expect(open.get(0)).toBe(before);
    expect(settled).toEqual([]);
    store = openStore(path.join(folder, "study.db"));
  });

  it("keeps a report that is not finite as one without a value", () => {
    ledger.commit([started(), report(1, "NaN"), report(2, 0.3)]);
    expect(history.trial(0).best).toBe(0.3);
    expect(store.curve(study, 0).map(({ value }) => value)).toEqual([null, 0.3]);
  });

  it("ignores another study's messages", () => {
    ledger.commit([{ ...report(1, 0.5), ref: { ...ref, study: "other" } }]);
    expect(history.trial(0).scores).toEqual([]);
  });

  it("keeps a verdict that the disk refuses, with what came behind it, until it can be recorded", () => {
    const judged: number[] = [];
    let refusals = 2;
    onReport = (trial) => {
      if (refusals-- > 0) throw new StoreError("disk", "study.db", "the disk is full");
      judged.push(history.trial(trial.number).epoch);
    };
    const batch = [started(), report(1, 0.5), report(2, 0.4)];
    expect(() => ledger.commit(batch)).toThrow("the disk is full");
    expect(store.curve(study, 0)).toHaveLength(2);
    expect(history.trial(0).scores).toEqual([0.5]);
    expect(() => ledger.commit(batch)).toThrow("the disk is full");
    ledger.commit(batch);
    expect(history.trial(0).scores).toEqual([0.5, 0.4]);
    expect(judged).toEqual([1, 2]);
    ledger.commit(batch);
    expect(judged).toEqual([1, 2]);
  });

  it("records what a trial reports after its pruning, and lets nothing depend on it", () => {
    const trial = open.get(0)!;
    onReport = ({ number }) => {
      if (history.trial(number).epoch === 1)
        trial.order = { kind: "stop", reason: "weak", outcome: "pruned" };
    };
    ledger.commit([started(), report(1, 0.5), report(2, 0.1), report(3, 0.05), ended(4)]);
    expect(store.curve(study, 0)).toHaveLength(3);
    expect(history.trial(0)).toMatchObject({ best: 0.5, epoch: 1 });
    expect(told.filter(({ kind }) => kind === "best")).toHaveLength(1);
    expect(settled).toMatchObject([{ outcome: "pruned", reason: "weak" }]);
  });
});
