/** The order of trials by their value. */
import { describe, expect, test } from "vitest";
import { InvalidWrite } from "../../../storage/errors.ts";
import { added, newStudy, wholeTrial } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function rankingPart(at: Scene): void {
  describe("ranking", () => {
    const rank = (id: number, limit?: number) =>
      at.store.trials(id, { order: "rank", ...(limit === undefined ? {} : { limit }) }).map((t) => t.number);

    test("puts the lowest first when the goal is to minimize; without a value last; ties by number", () => {
      at.record(...wholeTrial(0, [0.5]), ...wholeTrial(1, [null]), ...wholeTrial(2, [0.2]));
      at.record(...wholeTrial(3, [0.01], "diverged"), ...wholeTrial(4, [0.2], "pruned"), added(5));
      expect(rank(at.study.id)).toEqual([2, 4, 0, 1, 3, 5]);
      expect(rank(at.study.id, 2)).toEqual([2, 4]);
      expect(at.store.trials(at.study.id, { limit: 3 }).map((t) => t.number)).toEqual([0, 1, 2]);
    });

    test("puts a cancelled trial behind those that ended by the rules, before those without a value", () => {
      at.record(
        ...wholeTrial(0, [0.01], "cancelled"),
        ...wholeTrial(1, [0.5]),
        ...wholeTrial(2, [0.4], "pruned"),
      );
      at.record(...wholeTrial(3, [0.3], "failed"), ...wholeTrial(4, [0.02], "cancelled"));
      expect(rank(at.study.id)).toEqual([2, 1, 0, 4, 3]);
      expect(at.store.trial(at.study.id, 0)?.value).toBe(0.01);
    });

    test("forgets a trial that was marked invalid, and keeps what it reported", () => {
      at.record(...wholeTrial(0, [0.2]), ...wholeTrial(1, [0.5]), ...wholeTrial(2, [0.1, 0.05], "pruned"));
      const place = at.store.changes(at.study.id, { reports: 0, ended: 0, trials: 0 }).place;
      const mark = { kind: "trial_invalid", trial: 2, reason: "wrong file", at: 9 } as const;
      expect(at.record(mark)).toEqual(["recorded"]);
      expect(at.record({ ...mark, reason: "again" })).toEqual(["duplicate"]);
      expect(rank(at.study.id)).toEqual([0, 1, 2]);
      expect(at.open().trial(at.study.id, 2)).toMatchObject({
        state: "invalid",
        reason: "wrong file",
        value: null,
        bestEpoch: null,
        epochsDone: 2,
      });
      expect(at.values(2)).toEqual([
        [1, 0.1],
        [2, 0.05],
      ]);
      expect(at.store.studies()[0]).toMatchObject({ best: 0.2, trials: 3 });
      expect(at.store.counts(at.study.id)).toMatchObject({ complete: 2, pruned: 0, invalid: 1 });
      expect(at.store.bestMetrics(at.study.id, 0, 3).has(2)).toBe(false);
      expect(at.store.changes(at.study.id, place).trials.map(({ number }) => number)).toEqual([2]);
      at.record(added(3));
      expect(() => at.record({ ...mark, trial: 3 })).toThrow(InvalidWrite);
      expect(() => at.record({ ...mark, trial: 4 })).toThrow(InvalidWrite);
    });

    test("puts the highest first when the goal is to maximize", () => {
      const other = at.store.createStudy(newStudy({ name: "up", goal: "maximize", metric: "val_r2" }));
      const writes = [
        ...wholeTrial(0, [-0.5, -0.7]),
        ...wholeTrial(1, [0.9, 0.95, 0.2]),
        ...wholeTrial(2, [0]),
      ];
      at.store.record(other.id, [...writes, ...wholeTrial(3, [null])], "process");
      expect(rank(other.id)).toEqual([1, 2, 0, 3]);
      expect(at.store.trials(other.id).map((t) => [t.value, t.bestEpoch])).toEqual([
        [-0.5, 1],
        [0.95, 2],
        [0, 1],
        [null, null],
      ]);
      expect(at.store.studies().at(-1)?.best).toBe(0.95);
    });
  });
}
