import { describe, expect, it } from "vitest";
import { override } from "../../../orchestrator/override.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { useStudy, type StudyInUse } from "./use-study.ts";
import { ended, ref, report, started } from "./worker-messages.ts";

const studyInUse = useStudy();

const asideOf = (study: StudyInUse): readonly unknown[] =>
  study.store.events(study.id).filter(({ name }) => name === "set_aside");

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
      const study = studyInUse();
      for (let time = 1; time <= 2; time++)
        study.commit([started(), odd, { ...report(2, 0.4), epoch: 1 } as WorkerMessage]);
      expect(study.history.trial(0).scores).toEqual([0.4]);
      expect(asideOf(study)).toHaveLength(1);
      expect(study.published.filter(({ kind }) => kind === "notice")).toHaveLength(1);
    },
  );

  it("is kept aside by itself when the database can never take it, and those around it are recorded", () => {
    const study = studyInUse();
    const choosy = override(study.store, {
      record: (id, writes, durability) => {
        if (writes.some((write) => write.kind === "report" && write.report.epoch === 2))
          throw new TypeError("cannot bind it");
        return study.store.record(id, writes, durability);
      },
    });
    study.commit([started(), report(1, 0.5), report(2, 0.4), report(3, 0.3)], study.takeUp(choosy));
    expect(study.store.curve(study.id, 0).map(({ epoch }) => epoch)).toEqual([1, 3]);
    expect(asideOf(study)).toMatchObject([{ data: { kind: "unrecordable" } }]);
  });

  it("whose epoch does not rise with its number is kept aside", () => {
    const study = studyInUse();
    study.commit([started(), report(1, 0.5), report(2, 0.4)]);
    study.commit([{ ...report(3, 0.01), epoch: 1 } as WorkerMessage]);
    expect(study.history.trial(0).scores).toEqual([0.5, 0.4]);
  });

  it("with an impossible end ends its attempt as a failure, so that the trial goes on", () => {
    const study = studyInUse();
    study.commit([started(), report(1, 0.5)]);
    study.commit([{ kind: "ended", ref, n: 2, worker: "w1", end: { kind: "paused", epoch: 1e12 } }]);
    expect(study.attempts()).toEqual(["1 failed", "2 offered"]);
    expect(study.state.trials.get(0)).toMatchObject({ failures: 1 });
  });

  it("makes the next attempt's number higher than any that was heard of", () => {
    const study = studyInUse();
    study.commit([started(), of({ attempt: 4 })]);
    study.commit([{ kind: "ended", ref, n: 2, worker: "w1", end: { kind: "handed_back", epoch: 0 } }]);
    expect(study.attempts()).toEqual(["1 handed_back", "2 lost", "3 lost", "4 lost", "5 offered"]);
  });

  it("complete, after too few epochs, is a failure", () => {
    const study = studyInUse();
    study.mayEndEarly = null;
    study.commit([started(), report(1, 0.5), ended(2)]);
    expect(study.attempts()).toEqual(["1 failed", "2 offered"]);
  });
});
