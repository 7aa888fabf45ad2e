/** What a reader that follows a running study reads. */
import { describe, expect, test } from "vitest";
import { added, attemptEnded, ended, offered, reported, wholeTrial } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function followingPart(at: Scene): void {
  describe("a reader that follows", () => {
    const begin = { reports: 0, ended: 0, trials: 0 };
    const numbers = (trials: readonly { readonly number: number }[]) => trials.map(({ number }) => number);

    test("hears of everything at first, then of what is new, ended or still open", () => {
      at.record(...wholeTrial(0, [0.5, 0.4]), added(1), offered(1, 1), reported(1, 1, 0, 0.7));
      const first = at.store.changes(at.study.id, begin);
      expect(first.place).toEqual({ reports: 3, ended: 1, trials: 2 });
      expect(at.store.place(at.study.id)).toEqual(first.place);
      expect(numbers(first.trials)).toEqual([0, 1]);
      expect([...first.reported]).toEqual([
        [0, 1],
        [1, 1],
      ]);
      const nothing = at.store.changes(at.study.id, first.place);
      expect([numbers(nothing.trials), nothing.reported.size, nothing.place]).toEqual([[1], 0, first.place]);
      at.record(reported(1, 1, 1, 0.6), reported(1, 1, 2, 0.5), attemptEnded(1, 1), ended(1), added(2));
      const then = at.store.changes(at.study.id, first.place);
      expect([numbers(then.trials), [...then.reported]]).toEqual([[1, 2], [[1, 2]]]);
      expect(numbers(at.store.changes(at.study.id, then.place).trials)).toEqual([2]);
    });

    test("sees by a number that another process has written", () => {
      const reader = at.open();
      const before = reader.dataVersion();
      expect(reader.dataVersion()).toBe(before);
      at.record(added(0));
      expect(reader.dataVersion()).not.toBe(before);
    });

    test("reads many curves at once, the newer attempt last, without late reports", () => {
      at.record(added(0), offered(0, 1), reported(0, 1, 0, 0.5), reported(0, 1, 1, null));
      at.record(attemptEnded(0, 1, "lost"), offered(0, 2), reported(0, 1, 2, 0.1), reported(0, 2, 0, 0.4));
      at.record(...wholeTrial(1, [0.9]), ...wholeTrial(2, [0.8]));
      expect(at.store.curveRows(at.study.id, 0, 2)).toEqual([
        [0, 1, 0.5, 0.5, 3],
        [0, 2, null, 0.5, 3],
        [0, 1, 0.4, 0.5, 3],
        [1, 1, 0.9, 0.5, 3],
      ]);
      expect(at.store.curveRows(at.study.id, 2, 9)).toEqual([[2, 1, 0.8, 0.5, 3]]);
    });

    test("reads the metrics of best epochs, of the attempt that counts", () => {
      const metrics = (val_mae: number) => ({ metrics: { val_mae } });
      at.record(added(0), offered(0, 1), reported(0, 1, 0, 0.5, metrics(1)), attemptEnded(0, 1, "lost"));
      at.record(
        offered(0, 2),
        reported(0, 2, 0, 0.4, metrics(2)),
        reported(0, 2, 1, 0.6, metrics(Number.NaN)),
      );
      at.record(added(1));
      expect([...at.store.bestMetrics(at.study.id, 0, 9)]).toEqual([[0, { val_mae: 2 }]]);
    });

    test("finds a study by its key", () => {
      expect(at.store.studyOfKey(at.study.key)).toEqual(at.study);
      expect(at.store.studyOfKey("none")).toBeNull();
    });
  });
}
