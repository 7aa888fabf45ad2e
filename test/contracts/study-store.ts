import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InvalidWrite } from "../../storage/errors.ts";
import { StudyExists, type Study, type StudyStore, type Write } from "../../storage/store.ts";
import {
  added,
  attemptEnded,
  ended,
  newStudy,
  offered,
  reported,
  wholeTrial,
} from "../support/study-writes.ts";

export interface StudyStoreUnderTest {
  /** Opens the same memory once more, as another process would. The suite closes what it opened. */
  open(): StudyStore;
  remove(): void;
}

/** What every `StudyStore` promises. */
export function studyStoreContract(name: string, make: () => StudyStoreUnderTest): void {
  describe(`study store: ${name}`, () => {
    let made: StudyStoreUnderTest;
    let opened: StudyStore[];
    let store: StudyStore;
    let study: Study;

    const open = (): StudyStore => {
      const other = made.open();
      opened.push(other);
      return other;
    };
    const record = (...writes: readonly Write[]) => store.record(study.id, writes, "process");
    const values = (trial: number) => store.curve(study.id, trial).map(({ epoch, value }) => [epoch, value]);

    beforeEach(() => {
      made = make();
      opened = [];
      store = open();
      study = store.createStudy(newStudy());
    });
    afterEach(() => {
      for (const each of opened) each.close();
      made.remove();
    });

    describe("studies", () => {
      test("come back as they were created, running", () => {
        expect(study).toEqual({ ...newStudy(), id: study.id, state: "running", reason: null, endedAt: null });
        expect(store.findStudy("etth1")).toEqual(study);
        expect(open().findStudy("etth1")).toEqual(study);
        expect(store.findStudy("other")).toBeNull();
      });

      test("have names of their own", () => {
        const again = newStudy({ key: "another" });
        expect(() => store.createStudy(again)).toThrow(new StudyExists("etth1"));
        expect(store.studies()).toHaveLength(1);
      });

      test("keep how they ended, until they run again", () => {
        store.setStudyState(study.id, "stopped", "asked to", 2000);
        expect(store.findStudy("etth1")).toMatchObject({
          state: "stopped",
          reason: "asked to",
          endedAt: 2000,
        });
        store.setStudyState(study.id, "running", null, 3000);
        expect(store.findStudy("etth1")).toMatchObject({ state: "running", reason: null, endedAt: null });
      });

      test("take a larger budget later", () => {
        store.setConfig(study.id, { budget: { trials: 44 } });
        expect(open().findStudy("etth1")?.config).toEqual({ budget: { trials: 44 } });
        expect(store.latestStudy()?.name).toBe("etth1");
      });

      test("the latest is the one changed last", () => {
        const second = store.createStudy(newStudy({ name: "second" }));
        expect(store.latestStudy()?.name).toBe("second");
        record(added(0));
        expect(store.latestStudy()?.name).toBe("etth1");
        store.setStudyState(second.id, "complete", null, 9);
        expect(open().latestStudy()?.name).toBe("second");
      });

      test("are summed up with counts and the best value of a complete or pruned trial", () => {
        record(...wholeTrial(0, [0.5, 0.3]), ...wholeTrial(1, [0.4], "pruned"));
        record(...wholeTrial(2, [0.1], "diverged"), ...wholeTrial(3, [0.2], "cancelled"), added(4));
        store.createStudy(newStudy({ name: "empty" }));
        const [first, empty] = store.studies();
        expect(first).toEqual({
          name: "etth1",
          key: "etth1-k3y",
          state: "running",
          metric: "val_mse",
          goal: "minimize",
          trials: 5,
          counts: { running: 1, paused: 0, complete: 1, pruned: 1, diverged: 1, failed: 0, cancelled: 1 },
          best: 0.3,
          at: 1000,
          endedAt: null,
        });
        expect(store.counts(study.id)).toEqual(first?.counts);
        expect(empty).toMatchObject({ name: "empty", trials: 0, best: null });
      });

      test("there is no latest one in an empty memory", () => {
        const fresh = make();
        const empty = fresh.open();
        expect(empty.latestStudy()).toBeNull();
        expect(empty.studies()).toEqual([]);
        empty.close();
        fresh.remove();
      });
    });

    describe("a trial", () => {
      test("lives from offer to end, and another process sees it", () => {
        const model = { sha256: "cd".repeat(32), bytes: 99, epoch: 2 };
        expect(
          record(
            added(0),
            offered(0, 1),
            {
              kind: "attempt_started",
              trial: 0,
              attempt: 1,
              worker: "w1",
              engine: "tfjs wasm 4.22.0",
              at: 3,
            },
            reported(0, 1, 0, 0.5),
            reported(0, 1, 1, 0.3),
            reported(0, 1, 2, 0.4),
            attemptEnded(0, 1),
            { kind: "trial_ended", trial: 0, outcome: "complete", reason: "all epochs done", model, at: 5 },
          ),
        ).toEqual(Array(8).fill("recorded"));
        expect(open().trial(study.id, 0)).toEqual({
          number: 0,
          params: { lr: 0.01, units: [8, 4] },
          seed: 0,
          epochs: 10,
          origin: null,
          at: 1,
          state: "complete",
          value: 0.3,
          bestEpoch: 2,
          lastValue: 0.4,
          epochsDone: 3,
          attempts: 1,
          reason: "all epochs done",
          model,
          checkpoint: null,
          endedAt: 5,
          endedOrder: 1,
        });
        expect(open().attempts(study.id, 0)).toEqual([
          {
            trial: 0,
            attempt: 1,
            state: "complete",
            worker: "w1",
            engine: "tfjs wasm 4.22.0",
            fromEpoch: 0,
            toEpoch: 10_000,
            reason: null,
            offeredAt: 2,
            startedAt: 3,
            endedAt: 4,
          },
        ]);
        expect(store.trial(study.id, 1)).toBeNull();
      });

      test("is paused, continued to more epochs, and ends", () => {
        record(added(0, 3), offered(0, 1), reported(0, 1, 0, 0.5), attemptEnded(0, 1, "paused"));
        const model = { sha256: "d".repeat(64), bytes: 12, epoch: 1 };
        record({ kind: "trial_paused", trial: 0, reason: "rung 1", model });
        expect(store.trial(study.id, 0)).toMatchObject({
          state: "paused",
          reason: "rung 1",
          epochs: 3,
          model,
        });
        expect(store.counts(study.id)).toMatchObject({ running: 0, paused: 1 });
        record({ kind: "trial_continued", trial: 0, epochs: 9 }, offered(0, 2, 1));
        expect(store.trial(study.id, 0)).toMatchObject({
          state: "running",
          reason: null,
          epochs: 9,
          attempts: 2,
        });
        record(reported(0, 2, 0, 0.2, { epoch: 2 }), attemptEnded(0, 2), ended(0));
        expect(store.trial(study.id, 0)).toMatchObject({
          state: "complete",
          value: 0.2,
          bestEpoch: 2,
          epochsDone: 2,
        });
      });

      test.each(["diverged", "failed"] as const)(
        "that %s has no value, but keeps its last one",
        (outcome) => {
          record(...wholeTrial(0, [0.5, 0.2, 0.9], outcome));
          expect(store.trial(study.id, 0)).toMatchObject({
            state: outcome,
            value: null,
            bestEpoch: null,
            lastValue: 0.9,
            epochsDone: 3,
          });
        },
      );

      test.each(["pruned", "cancelled"] as const)("that was %s keeps its best epoch", (outcome) => {
        record(...wholeTrial(0, [0.5, 0.2, 0.9], outcome));
        expect(store.trial(study.id, 0)).toMatchObject({ state: outcome, value: 0.2, bestEpoch: 2 });
      });

      test("remembers in which order trials ended", () => {
        record(added(0), added(1), added(2), ended(1), ended(2, "failed"));
        record(ended(0, "cancelled"));
        expect(store.trials(study.id).map((trial) => trial.endedOrder)).toEqual([3, 1, 2]);
      });

      test("whose reports are all not finite has no value", () => {
        record(...wholeTrial(0, [null, null]));
        expect(store.trial(study.id, 0)).toMatchObject({ value: null, bestEpoch: null, epochsDone: 2 });
      });
    });

    describe("the curve", () => {
      test("takes each epoch from the highest attempt that reported it", () => {
        record(added(0), offered(0, 1), ...[0.9, 0.1, 0.7, 0.6].map((value, n) => reported(0, 1, n, value)));
        record(attemptEnded(0, 1, "lost"), offered(0, 2, 1));
        record(reported(0, 2, 0, 0.8, { epoch: 2 }), reported(0, 2, 1, 0.75, { epoch: 3 }));
        expect(values(0)).toEqual([
          [1, 0.9],
          [2, 0.8],
          [3, 0.75],
          [4, 0.6],
        ]);
        expect(store.trial(study.id, 0)).toMatchObject({
          value: 0.6,
          bestEpoch: 4,
          lastValue: 0.75,
          epochsDone: 4,
        });
      });

      test("never takes a report that came after a newer attempt was offered", () => {
        record(added(0), offered(0, 1), reported(0, 1, 0, 0.5), attemptEnded(0, 1, "lost"), offered(0, 2, 1));
        expect(record(reported(0, 1, 1, 0.01), reported(0, 1, 5, 0.02))).toEqual(["stale", "stale"]);
        expect(record(reported(0, 1, 1, 0.01))).toEqual(["duplicate"]);
        record(reported(0, 2, 0, 0.4, { epoch: 2 }));
        expect(values(0)).toEqual([
          [1, 0.5],
          [2, 0.4],
        ]);
        expect(store.trial(study.id, 0)).toMatchObject({ value: 0.4, bestEpoch: 2, epochsDone: 2 });
        expect([...store.reports(study.id)]).toHaveLength(2);
      });

      test("is closed when the trial has ended", () => {
        record(...wholeTrial(0, [0.5]));
        expect(record(reported(0, 1, 1, 0.1))).toEqual(["stale"]);
        expect(values(0)).toEqual([[1, 0.5]]);
        expect(store.trial(study.id, 0)).toMatchObject({ value: 0.5, epochsDone: 1 });
      });

      test("has every report once, however often it comes", () => {
        record(added(0), offered(0, 1));
        expect(record(reported(0, 1, 0, 0.5), reported(0, 1, 0, 0.5), reported(0, 1, 1, 0.4))).toEqual([
          "recorded",
          "duplicate",
          "recorded",
        ]);
        expect(record(reported(0, 1, 1, 0.4), reported(0, 1, 0, 0.5))).toEqual(["duplicate", "duplicate"]);
        expect([...store.reports(study.id)]).toHaveLength(2);
        expect(store.trial(study.id, 0)).toMatchObject({ epochsDone: 2, lastValue: 0.4 });
      });

      test("keeps numbers that are not finite", () => {
        const metrics = {
          train_loss: Number.POSITIVE_INFINITY,
          val_mse: Number.NaN,
          val_mae: -Infinity,
          grad_norm: 1e-320,
          NaN: 0.1,
        };
        record(added(0), offered(0, 1), reported(0, 1, 0, null, { metrics }));
        expect(open().curve(study.id, 0)).toEqual([
          { trial: 0, attempt: 1, n: 0, epoch: 1, value: null, metrics, seconds: 0.5, at: 3 },
        ]);
      });
    });

    test("reports stream in the order they were recorded, over all trials", () => {
      record(added(0), added(1), offered(0, 1), offered(1, 1));
      record(reported(1, 1, 0, 0.1), reported(0, 1, 0, 0.2));
      record(reported(1, 1, 1, 0.3), attemptEnded(0, 1, "lost"), offered(0, 2));
      record(reported(0, 2, 0, 0.4), reported(0, 1, 1, 0.5), reported(1, 1, 2, 0.6));
      const seen = [...store.reports(study.id)].map(({ trial, attempt, n }) => [trial, attempt, n]);
      expect(seen).toEqual([
        [1, 1, 0],
        [0, 1, 0],
        [1, 1, 1],
        [0, 2, 0],
        [1, 1, 2],
      ]);
    });

    test("reports that cannot be are found, left out, and disowned for good", () => {
      record({
        kind: "trial_added",
        trial: { number: 0, params: {}, seed: 1, epochs: 3, origin: null, at: 1 },
      });
      record({ kind: "attempt_offered", trial: 0, attempt: 1, fromEpoch: 0, toEpoch: 3, at: 2 });
      record(
        reported(0, 1, 0, 0.5),
        reported(0, 1, 1, 0.4, { epoch: 1e15 }),
        reported(0, 1, 2, -7, { epoch: 2 }),
      );
      expect(store.curve(study.id, 0).map(({ epoch }) => epoch)).toEqual([1, 2]);
      expect([...store.reports(study.id)].map(({ epoch }) => epoch)).toEqual([1, 2]);
      expect(store.impossibleReports(study.id).map(({ n }) => n)).toEqual([1]);
      expect(store.impossibleReports(study.id, { min: 0, max: 1 }).map(({ n }) => n)).toEqual([1, 2]);
      const disowned = [1, 2].map((n) => ({ kind: "report_disowned", trial: 0, attempt: 1, n }) as const);
      expect(record(...disowned)).toEqual(["recorded", "recorded"]);
      expect(record(...disowned)).toEqual(["duplicate", "duplicate"]);
      expect(store.impossibleReports(study.id, { min: 0, max: 1 })).toEqual([]);
      expect(store.trial(study.id, 0)).toMatchObject({
        value: 0.5,
        bestEpoch: 1,
        epochsDone: 1,
        lastValue: 0.5,
      });
    });

    test("a long stream of reports can be read while more is recorded", () => {
      record(added(0), offered(0, 1), ...Array.from({ length: 2500 }, (_, n) => reported(0, 1, n, n)));
      let count = 0;
      for (const report of store.reports(study.id)) {
        expect(report.n).toBe(count);
        if (count % 1000 === 999) record({ kind: "event", name: "tick", data: count, at: 1 });
        count += 1;
      }
      expect(count).toBe(2500);
    });

    describe("a reader that follows", () => {
      const begin = { reports: 0, ended: 0, trials: 0 };
      const numbers = (trials: readonly { readonly number: number }[]) => trials.map(({ number }) => number);

      test("hears of everything at first, then of what is new, ended or still open", () => {
        record(...wholeTrial(0, [0.5, 0.4]), added(1), offered(1, 1), reported(1, 1, 0, 0.7));
        const first = store.changes(study.id, begin);
        expect(first.place).toEqual({ reports: 3, ended: 1, trials: 2 });
        expect(numbers(first.trials)).toEqual([0, 1]);
        expect([...first.reported]).toEqual([
          [0, 1],
          [1, 1],
        ]);
        const nothing = store.changes(study.id, first.place);
        expect([numbers(nothing.trials), nothing.reported.size, nothing.place]).toEqual([
          [1],
          0,
          first.place,
        ]);
        record(reported(1, 1, 1, 0.6), reported(1, 1, 2, 0.5), attemptEnded(1, 1), ended(1), added(2));
        const then = store.changes(study.id, first.place);
        expect([numbers(then.trials), [...then.reported]]).toEqual([[1, 2], [[1, 2]]]);
        expect(numbers(store.changes(study.id, then.place).trials)).toEqual([2]);
      });

      test("sees by a number that another process has written", () => {
        const reader = open();
        const before = reader.dataVersion();
        expect(reader.dataVersion()).toBe(before);
        record(added(0));
        expect(reader.dataVersion()).not.toBe(before);
      });

      test("reads many curves at once, the newer attempt last, without late reports", () => {
        record(added(0), offered(0, 1), reported(0, 1, 0, 0.5), reported(0, 1, 1, null));
        record(attemptEnded(0, 1, "lost"), offered(0, 2), reported(0, 1, 2, 0.1), reported(0, 2, 0, 0.4));
        record(...wholeTrial(1, [0.9]), ...wholeTrial(2, [0.8]));
        expect(store.curveRows(study.id, 0, 2)).toEqual([
          [0, 1, 0.5, 0.5, 3],
          [0, 2, null, 0.5, 3],
          [0, 1, 0.4, 0.5, 3],
          [1, 1, 0.9, 0.5, 3],
        ]);
        expect(store.curveRows(study.id, 2, 9)).toEqual([[2, 1, 0.8, 0.5, 3]]);
      });

      test("reads the metrics of best epochs, of the attempt that counts", () => {
        const metrics = (val_mae: number) => ({ metrics: { val_mae } });
        record(added(0), offered(0, 1), reported(0, 1, 0, 0.5, metrics(1)), attemptEnded(0, 1, "lost"));
        record(
          offered(0, 2),
          reported(0, 2, 0, 0.4, metrics(2)),
          reported(0, 2, 1, 0.6, metrics(Number.NaN)),
        );
        record(added(1));
        expect([...store.bestMetrics(study.id, 0, 9)]).toEqual([[0, { val_mae: 2 }]]);
      });

      test("finds a study by its key", () => {
        expect(store.studyOfKey(study.key)).toEqual(study);
        expect(store.studyOfKey("none")).toBeNull();
      });
    });

    describe("ranking", () => {
      const rank = (id: number, limit?: number) =>
        store.trials(id, { order: "rank", ...(limit === undefined ? {} : { limit }) }).map((t) => t.number);

      test("puts the lowest first when the goal is to minimize; without a value last; ties by number", () => {
        record(...wholeTrial(0, [0.5]), ...wholeTrial(1, [null]), ...wholeTrial(2, [0.2]));
        record(...wholeTrial(3, [0.01], "diverged"), ...wholeTrial(4, [0.2], "pruned"), added(5));
        expect(rank(study.id)).toEqual([2, 4, 0, 1, 3, 5]);
        expect(rank(study.id, 2)).toEqual([2, 4]);
        expect(store.trials(study.id, { limit: 3 }).map((t) => t.number)).toEqual([0, 1, 2]);
      });

      test("puts a cancelled trial behind those that ended by the rules, before those without a value", () => {
        record(
          ...wholeTrial(0, [0.01], "cancelled"),
          ...wholeTrial(1, [0.5]),
          ...wholeTrial(2, [0.4], "pruned"),
        );
        record(...wholeTrial(3, [0.3], "failed"), ...wholeTrial(4, [0.02], "cancelled"));
        expect(rank(study.id)).toEqual([2, 1, 0, 4, 3]);
        expect(store.trial(study.id, 0)?.value).toBe(0.01);
      });

      test("puts the highest first when the goal is to maximize", () => {
        const other = store.createStudy(newStudy({ name: "up", goal: "maximize", metric: "val_r2" }));
        const writes = [
          ...wholeTrial(0, [-0.5, -0.7]),
          ...wholeTrial(1, [0.9, 0.95, 0.2]),
          ...wholeTrial(2, [0]),
        ];
        store.record(other.id, [...writes, ...wholeTrial(3, [null])], "process");
        expect(rank(other.id)).toEqual([1, 2, 0, 3]);
        expect(store.trials(other.id).map((t) => [t.value, t.bestEpoch])).toEqual([
          [-0.5, 1],
          [0.95, 2],
          [0, 1],
          [null, null],
        ]);
        expect(store.studies().at(-1)?.best).toBe(0.95);
      });
    });

    describe("a message that comes again", () => {
      const started = (attempt: number, worker = "w1"): Write => {
        return { kind: "attempt_started", trial: 0, attempt, worker, engine: "e", at: 3 };
      };
      const checkpoint = (attempt: number, epoch: number): Write => {
        return {
          kind: "checkpoint",
          trial: 0,
          attempt,
          checkpoint: { sha256: `${attempt}${epoch}`.repeat(32), bytes: epoch, epoch },
        };
      };

      test("starts and ends an attempt once", () => {
        record(added(0), offered(0, 1));
        expect(record(started(1), started(1, "w2"))).toEqual(["recorded", "duplicate"]);
        expect(record(attemptEnded(0, 1, "lost"), attemptEnded(0, 1, "complete"), started(1))).toEqual([
          "recorded",
          "duplicate",
          "duplicate",
        ]);
        expect(store.attempts(study.id, 0)).toMatchObject([{ state: "lost", worker: "w1" }]);
      });

      test("of an attempt that was replaced changes nothing", () => {
        record(added(0), offered(0, 1), started(1), checkpoint(1, 2), attemptEnded(0, 1, "lost"));
        record(offered(0, 2, 2), started(2, "w2"));
        expect(record(started(1), checkpoint(1, 5), attemptEnded(0, 1, "complete"))).toEqual([
          "stale",
          "stale",
          "stale",
        ]);
        expect(store.trial(study.id, 0)?.checkpoint?.epoch).toBe(2);
        expect(store.attempts(study.id)).toMatchObject([
          { attempt: 1, state: "lost" },
          { attempt: 2, state: "running" },
        ]);
      });

      test("whose worker was lost can be listed", () => {
        record(added(0), offered(0, 1), started(1), attemptEnded(0, 1, "lost"), offered(0, 2, 2), started(2));
        record(attemptEnded(0, 2, "complete"), added(1), offered(1, 1), attemptEnded(1, 1, "lost"));
        expect(store.lostAttempts(study.id)).toEqual([
          { trial: 0, attempt: 1 },
          { trial: 1, attempt: 1 },
        ]);
      });

      test("never takes a checkpoint back", () => {
        record(added(0), offered(0, 1));
        expect(record(checkpoint(1, 2), checkpoint(1, 4), checkpoint(1, 2))).toEqual([
          "recorded",
          "recorded",
          "duplicate",
        ]);
        expect(store.trial(study.id, 0)?.checkpoint).toEqual({ sha256: "14".repeat(32), bytes: 4, epoch: 4 });
        record(attemptEnded(0, 1, "lost"), offered(0, 2));
        expect(record(checkpoint(2, 1))).toEqual(["recorded"]);
        expect(store.trial(study.id, 0)?.checkpoint?.epoch).toBe(1);
      });
    });

    describe("refuses what cannot be, and then records nothing of the list", () => {
      const wrong: [string, Write[], RegExp][] = [
        ["a trial out of order", [added(5)], /trial 3 to be next/],
        ["a trial that is there already", [added(1)], /trial 3 to be next/],
        ["an attempt out of order", [offered(0, 3)], /attempt 2 to be next/],
        ["an attempt while one is open", [offered(0, 2)], /end of attempt 1 first/],
        ["an attempt of an ended trial", [offered(1, 1)], /a running trial, it is failed/],
        ["an attempt of a paused trial", [offered(2, 1)], /a running trial, it is paused/],
        ["a second end", [ended(1)], /one end, but it is failed/],
        ["the end of a trial that trains", [ended(0)], /end of attempt 1 first/],
        ["a report of an attempt never offered", [reported(0, 2, 0, 1)], /an attempt from 1 to 1/],
        ["a report of a trial without attempts", [reported(2, 1, 0, 1)], /none was offered/],
        ["a report of no trial", [reported(9, 1, 0, 1)], /a trial that was added/],
        [
          "a pause of a paused trial",
          [{ kind: "trial_paused", trial: 2, reason: "", model: null }],
          /a running trial/,
        ],
        [
          "a continuation of a running trial",
          [{ kind: "trial_continued", trial: 0, epochs: 9 }],
          /a paused trial/,
        ],
      ];

      beforeEach(() => {
        record(added(0), added(1), added(2), offered(0, 1), ended(1, "failed"));
        record({ kind: "trial_paused", trial: 2, reason: "rung", model: null });
      });

      test.each(wrong)("%s", (_what, writes, message) => {
        const before = [store.trials(study.id), store.attempts(study.id), store.counts(study.id)];
        const list = [reported(0, 1, 0, 0.5), ...writes];
        expect(() => record(...list)).toThrow(InvalidWrite);
        expect(() => record(...list)).toThrow(message);
        expect([store.trials(study.id), store.attempts(study.id), store.counts(study.id)]).toEqual(before);
        expect([...store.reports(study.id)]).toEqual([]);
      });

      test("a study that is not there", () => {
        expect(() => store.record(999, [added(0)], "process")).toThrow(InvalidWrite);
      });
    });

    test("both degrees of durability record the same", () => {
      expect(store.record(study.id, [added(0), offered(0, 1)], "power")).toEqual(["recorded", "recorded"]);
      expect(store.record(study.id, [reported(0, 1, 0, 0.5)], "process")).toEqual(["recorded"]);
      expect(store.record(study.id, [attemptEnded(0, 1), ended(0)], "power")).toEqual([
        "recorded",
        "recorded",
      ]);
      expect(store.record(study.id, [], "power")).toEqual([]);
      expect(open().trial(study.id, 0)).toMatchObject({ state: "complete", value: 0.5 });
    });

    test("events come back by id, those after one that was seen", () => {
      record({ kind: "event", name: "worker_lost", data: { worker: "w1", why: ["silence"] }, at: 8 });
      record(
        { kind: "event", name: "paused", data: undefined, at: 9 },
        { kind: "event", name: "x", data: 3, at: 9 },
      );
      const all = store.events(study.id);
      expect(all.map(({ id: _id, ...event }) => event)).toEqual([
        { name: "worker_lost", data: { worker: "w1", why: ["silence"] }, at: 8 },
        { name: "paused", data: null, at: 9 },
        { name: "x", data: 3, at: 9 },
      ]);
      expect(store.events(study.id, all[1]?.id).map((event) => event.name)).toEqual(["x"]);
      const other = store.createStudy(newStudy({ name: "other" }));
      expect(store.events(other.id)).toEqual([]);
    });

    test("a wish to stop reaches the coordinator from another process, once", () => {
      record(added(0));
      const cli = open();
      cli.requestStop(study.id, 0, 10);
      cli.requestStop(study.id, null, 11);
      const requests = store.stopRequests(study.id, 0);
      expect(requests.map((request) => request.trial)).toEqual([0, null]);
      expect(store.stopRequests(study.id, requests[0]!.id).map((request) => request.trial)).toEqual([null]);
      expect(store.stopRequests(study.id, requests[1]!.id)).toEqual([]);
      expect(() => cli.requestStop(study.id, 5, 12)).toThrow(InvalidWrite);
    });

    test("workers are kept with when they were first and last seen", () => {
      const worker = {
        id: "lab7-41",
        host: "lab7",
        pid: 41,
        version: "0.1.0",
        engine: null,
        labels: { gpu: "none" },
        firstSeen: 10,
        lastSeen: 10,
      };
      store.saveWorkers(study.id, [worker, { ...worker, id: "lab7-42", pid: 42, firstSeen: 12 }]);
      store.saveWorkers(study.id, [{ ...worker, engine: "tfjs", firstSeen: 50, lastSeen: 50 }]);
      expect(open().workers(study.id)).toEqual([
        { ...worker, engine: "tfjs", lastSeen: 50 },
        { ...worker, id: "lab7-42", pid: 42, firstSeen: 12 },
      ]);
    });

    test("an evaluation is kept for each trial and split, the newest one", () => {
      record(added(0), added(1));
      const test0 = {
        trial: 0,
        split: "test" as const,
        metrics: { mse: 0.5, skill: Number.NaN },
        baselines: { "repeat last": { mse: 0.7, mae: Number.POSITIVE_INFINITY } },
        windows: 1200,
        comparisons: [
          {
            baseline: "repeat last",
            naive: true,
            kind: "squared" as const,
            own: 0.5,
            other: 0.7,
            error: null,
            blocks: 1,
          },
        ],
        outside: 0.25,
        detail: { windows: [], targets: 1 },
        at: 20,
      };
      store.saveEvaluation(study.id, { ...test0, trial: 1 });
      store.saveEvaluation(study.id, test0);
      store.saveEvaluation(study.id, { ...test0, split: "validation" });
      store.saveEvaluation(study.id, { ...test0, metrics: { mse: 0.4, skill: 0.1 } });
      expect(open().evaluations(study.id)).toEqual([
        { ...test0, metrics: { mse: 0.4, skill: 0.1 } },
        { ...test0, split: "validation" },
        { ...test0, trial: 1 },
      ]);
    });
  });
}
