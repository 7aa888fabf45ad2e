import { describe, expect, it } from "vitest";
import { renderFrame } from "../../../orchestrator/cli/live/render.ts";
import { plainLine } from "../../../orchestrator/cli/live/plain.ts";
import { sparkline } from "../../../orchestrator/cli/live/sparkline.ts";
import { reduce, startState, type LiveState } from "../../../orchestrator/cli/live/state.ts";
import type { StudyEvent } from "../../../orchestrator/events.ts";

const counts = { complete: 0, pruned: 0, diverged: 0, failed: 0, cancelled: 0 };

function play(events: readonly StudyEvent[]): LiveState {
  const start = startState({
    goal: "minimize",
    counts,
    repeats: new Set(),
    repeatsEnded: 0,
    best: null,
    at: 0,
  });
  return events.reduce((state, event) => reduce(state, event, () => ({})), start);
}

const report = (trial: number, epoch: number, value: number | null): StudyEvent => {
  return { kind: "report", trial, attempt: 1, epoch, value, metrics: {}, seconds: 1, at: epoch };
};

const story: readonly StudyEvent[] = [
  { kind: "study_started", study: "etth1", resumed: false, at: 0 },
  { kind: "worker_joined", worker: "local-1", engine: "fused/wasm", at: 1 },
  { kind: "trial_started", trial: 0, params: { layers: 1 }, origin: "random", repeatOf: null, at: 1 },
  report(0, 1, 0.9),
  report(0, 2, 0.4),
  {
    kind: "trial_ended",
    trial: 0,
    outcome: "complete",
    value: 0.4,
    bestEpoch: 2,
    epochs: 2,
    reason: null,
    at: 3,
  },
  { kind: "trial_started", trial: 1, params: { layers: 2 }, origin: "random", repeatOf: null, at: 3 },
  report(1, 1, null),
];

describe("the live view", () => {
  it("follows the best, the running trials and the counts", () => {
    const state = play(story);
    expect(state.best).toEqual({ number: 0, value: 0.4, params: { layers: 1 } });
    expect([...state.running.keys()]).toEqual([1]);
    expect(state.counts.complete).toBe(1);
  });

  it("says that workers are missing only while they are, and anything else until there is other news", () => {
    const joined: StudyEvent = { kind: "worker_joined", worker: "lab-1", engine: "fused/wasm", at: 2 };
    const waiting = { kind: "notice", message: "no worker yet", at: 1, until: "worker_joined" } as const;
    const warning = { kind: "notice", message: "column x is constant", at: 1 } as const;
    expect(play([waiting]).notice).toEqual(waiting);
    expect(play([waiting, joined]).notice).toBeNull();
    expect(play([warning, joined]).notice).toEqual(warning);
  });

  it("is drawn in lines that fit the terminal", () => {
    const baseline = { name: "repeat last", value: 0.8 };
    const frame = {
      state: play(story),
      metric: "val_mse",
      trials: 4,
      epochs: 2,
      baseline,
      now: 5000,
      columns: 70,
    };
    const text = renderFrame(frame).replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");
    expect(text).toMatchInlineSnapshot(`
      "etth1  val_mse, minimize · 1 worker · 5.0 s
      ███████████░░░░░░░░░░░░░░░░░ 1/4 trials (1 complete)
      best val_mse 0.4 (skill +50% against repeat last 0.8) · trial 0: laye…

          #1  1/2 ×                        –  layers=2

      Ctrl-C hands running trials back and ends; \`seqtune resume\` goes on."
    `);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("counts repeats beside the trials of the budget, and never as the best", () => {
    const again: StudyEvent = {
      kind: "trial_started",
      trial: 2,
      params: { layers: 1 },
      origin: "repeat of 0 (seed 1)",
      repeatOf: 0,
      at: 4,
    };
    const state = play([...story, again, report(2, 1, 0.1)]);
    expect(plainLine(again, "val_mse")).toBe("trial 2 started: trial 0 again with another seed, layers=1");
    expect(state.best).toMatchObject({ number: 0, value: 0.4 });
    const frame = { state, metric: "val_mse", trials: 1, epochs: 2, baseline: null, now: 5000, columns: 70 };
    expect(renderFrame(frame)).toContain("1/1 trials, 0 of 1 repeats so far (1 complete)");
    const ended = { ...frame, state: play([...story, again, { ...story[5]!, trial: 2 } as StudyEvent]) };
    expect(renderFrame(ended)).toContain("1/1 trials, 1 of 1 repeats so far (2 complete)");
  });

  it("calls the steps of range tests steps", () => {
    expect(plainLine(story[5]!, "smoothed_loss")).toBe(
      "trial 0 complete after 2 steps: smoothed_loss 0.4 (step 2)",
    );
  });

  it("speaks of one epoch as one", () => {
    const ended = story.find((event) => event.kind === "trial_ended")!;
    const once = { ...ended, epochs: 1, value: null, reason: null };
    expect(plainLine(once, "val_mse")).toBe(`trial ${ended.trial} ${ended.outcome} after 1 epoch`);
  });

  it("is one line an event in a pipe, and silent about single epochs", () => {
    expect(story.map((event) => plainLine(event, "val_mse"))).toEqual([
      "study etth1 started",
      "worker local-1 joined (fused/wasm)",
      "trial 0 started: layers=1",
      null,
      null,
      "trial 0 complete after 2 epochs: val_mse 0.4 (epoch 2)",
      "trial 1 started: layers=2",
      null,
    ]);
  });
});

describe("a curve in one line", () => {
  it("scales from its least to its greatest value and marks what is not finite", () => {
    expect(sparkline([4, 3, 2, null, 1], 10)).toBe("█▆▃×▁");
    expect(sparkline([1, 2, 3], 2)).toBe("▁█");
    expect(sparkline([null], 5)).toBe("×");
    expect(sparkline([], 5)).toBe("");
  });

  it("takes a log scale when it spans more than a decade", () => {
    expect(sparkline([1000, 100, 10, 1], 10)).toBe("█▆▃▁");
  });
});
