import { describe, expect, it } from "vitest";
import { override } from "../../../orchestrator/override.ts";
import { CONTINUE } from "../../../search/pruner.ts";
import { StoreError } from "../../../storage/errors.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { useStudy } from "./use-study.ts";
import { ended, ref, report, started } from "./worker-messages.ts";

const studyInUse = useStudy();

describe("messages of workers", () => {
  it("counts each report once, however often it comes", () => {
    const study = studyInUse();
    study.commit([started(), report(1, 0.5)]);
    study.commit([started(), report(1, 0.5), report(2, 0.4)]);
    expect(study.history.trial(0).scores).toEqual([0.5, 0.4]);
    expect(study.store.curve(study.id, 0)).toHaveLength(2);
  });

  it("keep the newest checkpoint, however often an older one comes again", () => {
    const study = studyInUse();
    const checkpoint = (n: number, epoch: number): WorkerMessage => {
      const blob = { sha256: String(epoch).repeat(64), bytes: 1 };
      return { kind: "checkpoint", ref, n, worker: "w1", epoch, checkpoint: blob };
    };
    study.commit([started(), checkpoint(1, 1), checkpoint(2, 2)]);
    study.commit([checkpoint(1, 1)]);
    expect(study.state.trials.get(0)!.checkpoint).toMatchObject({ epoch: 2 });
    expect(study.store.trial(study.id, 0)!.checkpoint).toMatchObject({ epoch: 2 });
  });

  it("publishes once that an attempt started and what it reported, however often its messages come", () => {
    const study = studyInUse();
    study.commit([started(), report(1, 0.5)]);
    study.commit([started(), report(1, 0.5), report(2, 0.6)]);
    expect(study.published.map(({ kind }) => kind)).toEqual(["attempt_started", "report", "best", "report"]);
  });

  it("settles an attempt once, also when its end comes twice in one batch or again later", () => {
    const study = studyInUse();
    study.commit([started(), report(1, 0.5), ended(2), ended(2)]);
    expect(study.published.filter(({ kind }) => kind === "trial_ended")).toHaveLength(1);
    study.settled = 0;
    study.commit([ended(2)]);
    expect(study.published.filter(({ kind }) => kind === "trial_ended")).toHaveLength(1);
    expect(study.settled).toBe(1);
    expect(study.store.trial(study.id, 0)).toMatchObject({ state: "complete", value: 0.5 });
  });

  it("takes no checkpoint behind an attempt's end, not even in the same batch", () => {
    const study = studyInUse();
    study.judge = () => ({ kind: "pause", reason: "rung" });
    const paused = { kind: "paused", epoch: 1 } as const;
    const late = { ref, worker: "w1", checkpoint: { sha256: "c".repeat(64), bytes: 1 } };
    study.commit([
      started(),
      report(1, 0.5),
      { kind: "ended", ref, n: 2, worker: "w1", end: paused },
      { kind: "checkpoint", n: 3, epoch: 1, ...late },
    ]);
    expect(study.store.trial(study.id, 0)!.checkpoint).toBeNull();
    expect(study.state.trials.get(0)!.checkpoint).toBeNull();
  });

  it("gives an attempt to the first of two workers that say in one batch that they started it", () => {
    const study = studyInUse();
    study.commit([started("w1"), started("w2")]);
    expect(study.store.attempts(study.id, 0)).toMatchObject([{ worker: "w1" }]);
    expect(study.state.trials.get(0)!.worker).toBe("w1");
  });

  it("takes an attempt's messages only from the worker that holds it", () => {
    const study = studyInUse();
    study.commit([started("w1"), report(1, 0.5, "w1")]);
    study.commit([report(2, 0.001, "stranger"), ended(3, "stranger")]);
    expect(study.attempts()).toEqual(["1 running"]);
    expect(study.history.trial(0).best).toBe(0.5);
  });

  it("gives an attempt to the worker that begins it, also when the server forgot another one's claim", () => {
    const study = studyInUse();
    study.claimed("w1");
    study.commit([started("w2"), report(1, 0.5, "w2"), started("w1"), report(2, 0.001, "w1")]);
    expect(study.store.attempts(study.id, 0)).toMatchObject([{ worker: "w2" }]);
    expect(study.history.trial(0).scores).toEqual([0.5]);
    study.commit([report(2, 0.001, "w1"), ended(2, "w2")]);
    expect(study.store.trial(study.id, 0)).toMatchObject({ state: "complete", value: 0.5 });
  });

  it("takes nothing from another than the worker that claimed an attempt until one says that it begins", () => {
    const study = studyInUse();
    study.claimed("w1");
    study.commit([report(1, 0.001, "stranger")]);
    study.commit([ended(1, "stranger")]);
    expect(study.store.trial(study.id, 0)).toMatchObject({ state: "running", epochsDone: 0 });
    study.commit([started("w1"), report(1, 0.5, "w1"), ended(2, "w1")]);
    expect(study.store.trial(study.id, 0)).toMatchObject({ state: "complete", value: 0.5 });
  });

  it("is not kept from an attempt's worker by another one's impossible word in the same batch", () => {
    const study = studyInUse();
    study.claimed("w1");
    study.commit([{ ...started("stranger"), n: 1e9 }, started("w1"), report(1, 0.5, "w1")]);
    expect(study.store.attempts(study.id, 0)).toMatchObject([{ worker: "w1" }]);
    expect(study.history.trial(0).scores).toEqual([0.5]);
  });

  it("changes nothing in memory when the database refuses the batch", () => {
    const study = studyInUse();
    const before = structuredClone(study.state.trials.get(0));
    study.store.close();
    expect(() => study.commit([started(), report(1, 0.5), ended(2)])).toThrow();
    expect(study.history.trial(0).scores).toEqual([]);
    expect(study.state.trials.get(0)).toEqual(before);
    expect(study.published).toEqual([]);
    study.openAgain();
  });

  it("keeps a report that is not finite as one without a value", () => {
    const study = studyInUse();
    study.commit([started(), report(1, "NaN"), report(2, 0.3)]);
    expect(study.history.trial(0).best).toBe(0.3);
    expect(study.store.curve(study.id, 0).map(({ value }) => value)).toEqual([null, 0.3]);
  });

  it("ignores another study's messages", () => {
    const study = studyInUse();
    study.commit([{ ...report(1, 0.5), ref: { ...ref, study: "other" } }]);
    expect(study.history.trial(0).scores).toEqual([]);
  });

  it("keeps a verdict that the disk refuses, with what came behind it, until it can be recorded", () => {
    const study = studyInUse();
    study.judge = (_, trial) => (trial.epoch === 1 ? { kind: "stop", reason: "weak" } : CONTINUE);
    let refusals = 2;
    const full = override(study.store, {
      record: (id, writes, durability) => {
        if (writes.some(({ kind }) => kind === "event") && refusals-- > 0)
          throw new StoreError("disk", "study.db", "the disk is full");
        return study.store.record(id, writes, durability);
      },
    });
    const batch = [started(), report(1, 0.5), report(2, 0.4)];
    const other = study.takeUp(full);
    expect(() => study.commit(batch, other)).toThrow("the disk is full");
    expect(study.store.curve(study.id, 0)).toHaveLength(0);
    expect(study.state.trials.get(0)!.order).toBeNull();
    expect(() => study.commit(batch, other)).toThrow("the disk is full");
    study.commit(batch, other);
    // The second report came after the verdict, as it would have without the refusals.
    expect(study.history.trial(0).scores).toEqual([0.5]);
    expect(study.state.trials.get(0)!.order).toMatchObject({ outcome: "pruned" });
    study.commit(batch, other);
    expect(study.published.filter(({ kind }) => kind === "ordered")).toHaveLength(1);
  });

  it("publishes nothing of messages whose commit the disk refuses, and all of it once they are recorded", () => {
    const study = studyInUse();
    let isFull = true;
    const refuse = (): void => {
      if (isFull) throw new StoreError("disk", "study.db", "the disk is full");
    };
    let within = false;
    const full = override(study.store, {
      record: (...args) => {
        if (!within) refuse();
        return study.store.record(...args);
      },
      together: (durability, work) =>
        study.store.together(durability, () => {
          within = true;
          const result = work();
          within = false;
          refuse(); // at the commit
          return result;
        }),
    });
    const batch = [started(), ...[1, 2, 3, 4, 5].map((n) => report(n, 1 / n)), ended(6)];
    const other = study.takeUp(full);
    for (const _ of [1, 2]) {
      expect(() => study.commit(batch, other)).toThrow("the disk is full");
      expect(study.published).toEqual([]);
      expect(study.settled).toBe(0);
      expect(study.attempts()).toEqual(["1 offered"]);
    }
    isFull = false;
    study.commit(batch, other);
    expect(study.store.trial(study.id, 0)).toMatchObject({ state: "complete", value: 0.2, epochsDone: 5 });
    const kinds = study.published.map(({ kind }) => kind);
    const reports = Array.from({ length: 5 }, () => ["report", "best"]).flat();
    expect(kinds).toEqual(["attempt_started", ...reports, "attempt_ended", "trial_ended"]);
    expect(study.history.trial(0).scores).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]);
  });

  it("records what a trial reports after its pruning, and lets nothing depend on it", () => {
    const study = studyInUse();
    study.judge = (_, trial) => (trial.epoch === 1 ? { kind: "stop", reason: "weak" } : CONTINUE);
    study.commit([started(), report(1, 0.5), report(2, 0.1), report(3, 0.05), ended(4)]);
    expect(study.store.curve(study.id, 0)).toHaveLength(3);
    expect(study.history.trial(0)).toMatchObject({ best: 0.5, epoch: 1 });
    expect(study.published.filter(({ kind }) => kind === "best")).toHaveLength(1);
    expect(study.store.trial(study.id, 0)).toMatchObject({ state: "pruned", reason: "weak" });
  });
});
