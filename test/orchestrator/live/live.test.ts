import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { renderFrame, type Frame } from "../../../orchestrator/cli/live/render.ts";
import { plainLine } from "../../../orchestrator/cli/live/plain.ts";
import { snapshotOf, type LiveTarget } from "../../../orchestrator/cli/live/snapshot-of.ts";
import { sparkline } from "../../../orchestrator/cli/live/sparkline.ts";
import { reduce, startState, type LiveState } from "../../../orchestrator/cli/live/state.ts";
import type { StudyEvent } from "../../../orchestrator/events.ts";
import type { OutcomeKind } from "../../../search/history.ts";

const counts = { complete: 0, pruned: 0, diverged: 0, failed: 0, cancelled: 0, invalid: 0 };

function play(events: readonly StudyEvent[]): LiveState {
  const start = startState({
    goal: "minimize",
    counts,
    repeats: new Set(),
    repeatsEnded: 0,
    ranked: [],
    lengths: new Map(),
    startedAt: 0,
  });
  return events.reduce((state, event) => reduce(state, event, () => ({})), start);
}

const baselines = [
  { name: "repeat last", value: 0.8, naive: true },
  { name: "season ago", value: 0.95, naive: true },
  { name: "linear", value: 0.35, naive: false },
];

function draw(state: LiveState, target: Pick<LiveTarget, "trials">, frame: Partial<Frame> = {}): string[] {
  const given = { metric: "val_mse", epochs: 2, wallTimeMs: null, ...target };
  const snapshot = snapshotOf(state, given, baselines, 5000);
  const colors = pc.createColors(false);
  const whole = { snapshot, notice: null, now: 5000, columns: 80, rows: 24, colors, inLab: false };
  return renderFrame({ ...whole, ...frame }).split("\n");
}

const report = (trial: number, epoch: number, value: number | null): StudyEvent => {
  return { kind: "report", trial, attempt: 1, epoch, value, metrics: {}, seconds: 1, at: epoch };
};
const started = (trial: number, repeatOf: number | null = null): StudyEvent => {
  return { kind: "trial_started", trial, params: { layers: trial + 1 }, origin: null, repeatOf, at: 1 };
};
const ended = (trial: number, value: number | null, outcome: OutcomeKind = "complete"): StudyEvent => {
  return { kind: "trial_ended", trial, outcome, value, bestEpoch: 2, epochs: 2, reason: null, at: 3 };
};
const attemptEnded = (trial: number, state: string): StudyEvent => {
  return { kind: "attempt_ended", trial, attempt: 1, state, reason: null, at: 4 };
};
const attemptStarted = (trial: number, worker: string): StudyEvent => {
  return { kind: "attempt_started", trial, attempt: 1, worker, at: 4 };
};

const story: readonly StudyEvent[] = [
  { kind: "study_started", study: "etth1", resumed: false, at: 0 },
  { kind: "worker_joined", worker: "local-1", engine: "fused/wasm", at: 1 },
  started(0),
  report(0, 1, 0.9),
  report(0, 2, 0.4),
  ended(0, 0.4),
  started(1),
  attemptStarted(1, "local-1"),
  report(1, 1, null),
];

describe("the live view", () => {
  it("shows the ranking so far with every baseline at its place, and what runs", () => {
    expect(draw(play(story), { trials: 4 }).join("\n")).toMatchInlineSnapshot(`
      "etth1  val_mse, minimize · 1 worker · 5.0 s
      ███████████░░░░░░░░░░░░░░░░░ 1/4 trials (1 complete)
      best val_mse 0.4 (skill +50% against repeat last 0.8) · trial 0: layers=1

      #  trial  state          val_mse  skill  epoch  curve  layers
                (linear)        0.3500   +56%
      1      0  complete        0.4000   +50%    2/2  █▁          1
                (repeat last)   0.8000     0%
                (season ago)    0.9500   -19%

          #1  1/2 ×                        –  local-1  layers=2

      Ctrl-C hands running trials back and ends; \`seqtune resume\` continues."
    `);
  });

  it("ranks running trials by their best epoch, never the last, and cancelled ones behind", () => {
    const more = [
      report(1, 2, 0.3),
      report(1, 3, 0.7),
      started(2),
      report(2, 1, 0.1),
      ended(2, 0.1, "cancelled"),
    ];
    const { ranked } = play([...story, ...more]);
    expect(ranked.map(({ number, value, state }) => [number, value, state])).toEqual([
      [1, 0.3, "running"],
      [0, 0.4, "complete"],
      [2, 0.1, "cancelled"],
    ]);
  });

  it("drops trials that diverged from the ranking", () => {
    const diverged = [report(1, 2, 0.2), ended(1, null, "diverged")];
    expect(play([...story, ...diverged]).ranked.map(({ number }) => number)).toEqual([0]);
  });

  it.each(["handed_back", "lost", "failed"])("lists no trial as running once its attempt is %s", (state) => {
    const after = play([...story, attemptEnded(1, state)]);
    const lines = draw(after, { trials: 4 });
    expect(lines.join("\n")).not.toContain("#1");
    expect(lines).toContain("  no trial runs now");
    const again = play([...story, attemptEnded(1, state), attemptStarted(1, "local-2")]);
    expect(draw(again, { trials: 4 }).join("\n")).toContain(
      "#1  1/2 ×                        –  local-2  layers=2",
    );
  });

  it("says that workers are missing only while they are, and anything else until there is other news", () => {
    const joined: StudyEvent = { kind: "worker_joined", worker: "lab-1", engine: "fused/wasm", at: 2 };
    const waiting = { kind: "notice", message: "no worker yet", at: 1, until: "worker_joined" } as const;
    const warning = { kind: "notice", message: "column x is constant", at: 1 } as const;
    expect(play([waiting]).notice).toEqual(waiting);
    expect(play([waiting, joined]).notice).toBeNull();
    expect(play([warning, joined]).notice).toEqual(warning);
  });

  it("uses a large terminal: the best so far is drawn where lines are left", () => {
    const many = Array.from({ length: 40 }, (_, i) => [
      started(i),
      report(i, 1, 0.9 - i / 100),
      ended(i, 0.9 - i / 100),
    ]);
    const lines = draw(
      play([...story.slice(0, 2), ...many.flat()]),
      { trials: 60 },
      { columns: 160, rows: 50 },
    );
    expect(lines.length).toBeLessThan(50);
    expect(lines.filter((line) => line.trim() !== "").length).toBeGreaterThan(40);
    const few = draw(
      play([...story.slice(0, 2), ...many.slice(0, 10).flat()]),
      { trials: 60 },
      { columns: 160, rows: 50 },
    );
    expect(few).toContain("Best val_mse so far");
    expect(few.join("\n")).toMatch(/╌.* repeat last 0\.8/);
    expect(few.filter((line) => line.trim() !== "").length).toBeGreaterThan(38);
  });

  it.each([
    [40, 12],
    [60, 16],
    [80, 24],
    [160, 50],
    [300, 80],
  ])("fits a terminal of %d × %d", (columns, rows) => {
    const many = Array.from({ length: 30 }, (_, i) => [started(i), report(i, 1, 0.9 - i / 100)]);
    const lines = draw(play([...story.slice(0, 2), ...many.flat()]), { trials: 60 }, { columns, rows });
    expect(lines.length).toBeLessThan(rows);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it("counts repeats beside the trials of the budget, and never as the best", () => {
    const again: StudyEvent = {
      ...started(2, 0),
      origin: "repeat of 0 (seed 1)",
      params: { layers: 1 },
    } as StudyEvent;
    const state = play([...story, again, report(2, 1, 0.1)]);
    expect(plainLine(again, "val_mse")).toBe("trial 2 started: trial 0 again with another seed, layers=1");
    expect(state.ranked[0]).toMatchObject({ number: 0, value: 0.4 });
    expect(draw(state, { trials: 1 })[1]).toContain("1/1 trials, 0 of 1 repeats so far (1 complete)");
    const over = play([...story, again, ended(2, 0.1)]);
    expect(draw(over, { trials: 1 })[1]).toContain("1/1 trials, 1 of 1 repeats so far (2 complete)");
  });

  it("calls the steps of range tests steps", () => {
    expect(plainLine(ended(0, 0.4), "smoothed_loss")).toBe(
      "trial 0 complete after 2 steps: smoothed_loss 0.4 (step 2)",
    );
  });

  it("uses the singular for one epoch", () => {
    const once = { ...ended(0, null), epochs: 1 } as StudyEvent;
    expect(plainLine(once, "val_mse")).toBe("trial 0 complete after 1 epoch");
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
