/** Studies: creating, changing and finding them. */
import { describe, expect, test } from "vitest";
import { StudyExists } from "../../../storage/store.ts";
import { added, newStudy, wholeTrial } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function studiesPart(at: Scene): void {
  describe("studies", () => {
    test("come back as they were created, running", () => {
      expect(at.study).toEqual({
        ...newStudy(),
        id: at.study.id,
        state: "running",
        reason: null,
        endedAt: null,
      });
      expect(at.store.findStudy("etth1")).toEqual(at.study);
      expect(at.open().findStudy("etth1")).toEqual(at.study);
      expect(at.store.findStudy("other")).toBeNull();
    });

    test("have names of their own", () => {
      const again = newStudy({ key: "another" });
      expect(() => at.store.createStudy(again)).toThrow(new StudyExists("etth1"));
      expect(at.store.studies()).toHaveLength(1);
    });

    test("keep how they ended, until they run again", () => {
      at.store.setStudyState(at.study.id, "stopped", "asked to", 2000);
      expect(at.store.findStudy("etth1")).toMatchObject({
        state: "stopped",
        reason: "asked to",
        endedAt: 2000,
      });
      at.store.setStudyState(at.study.id, "running", null, 3000);
      expect(at.store.findStudy("etth1")).toMatchObject({ state: "running", reason: null, endedAt: null });
    });

    test("take a larger budget later", () => {
      at.store.setConfig(at.study.id, { budget: { trials: 44 } });
      expect(at.open().findStudy("etth1")?.config).toEqual({ budget: { trials: 44 } });
      expect(at.store.latestStudy()?.name).toBe("etth1");
    });

    test("learn later what they are compared with", () => {
      const baselines = [{ name: "repeat last", value: 0.5, naive: true }];
      at.store.setBaselines(at.study.id, baselines);
      expect(at.open().findStudy("etth1")?.baselines).toEqual(baselines);
    });

    test("the latest is the one changed last", () => {
      const second = at.store.createStudy(newStudy({ name: "second" }));
      expect(at.store.latestStudy()?.name).toBe("second");
      at.record(added(0));
      expect(at.store.latestStudy()?.name).toBe("etth1");
      at.store.setStudyState(second.id, "complete", null, 9);
      expect(at.open().latestStudy()?.name).toBe("second");
    });

    test("are summed up with counts and the best value of a complete or pruned trial", () => {
      at.record(...wholeTrial(0, [0.5, 0.3]), ...wholeTrial(1, [0.4], "pruned"));
      at.record(...wholeTrial(2, [0.1], "diverged"), ...wholeTrial(3, [0.2], "cancelled"), added(4));
      at.store.createStudy(newStudy({ name: "empty" }));
      const [first, empty] = at.store.studies();
      expect(first).toEqual({
        name: "etth1",
        key: "etth1-k3y",
        state: "running",
        metric: "val_mse",
        goal: "minimize",
        trials: 5,
        counts: {
          running: 1,
          paused: 0,
          complete: 1,
          pruned: 1,
          diverged: 1,
          failed: 0,
          cancelled: 1,
          invalid: 0,
        },
        best: 0.3,
        at: 1000,
        endedAt: null,
      });
      expect(at.store.counts(at.study.id)).toEqual(first?.counts);
      expect(empty).toMatchObject({ name: "empty", trials: 0, best: null });
    });

    test("there is no latest one in an empty memory", () => {
      const fresh = at.make();
      const empty = fresh.open();
      expect(empty.latestStudy()).toBeNull();
      expect(empty.studies()).toEqual([]);
      empty.close();
      fresh.remove();
    });
  });
}
