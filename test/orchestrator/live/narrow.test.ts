import { describe, expect, it } from "vitest";
import { renderFrame, type Frame } from "../../../orchestrator/cli/live/render.ts";
import { startState, type LiveState } from "../../../orchestrator/cli/live/state.ts";

const advice =
  "no worker yet: start one with: seqtune worker --nats nats://127.0.0.1:4300 --creds worker.creds --label gpu=h100";

function lines(more: Partial<LiveState>, frame: Partial<Frame> = {}): string[] {
  const state: LiveState = {
    ...startState({
      goal: "minimize",
      counts: { complete: 0, pruned: 0, diverged: 0, failed: 0, cancelled: 0 },
      repeats: new Set(),
      repeatsEnded: 0,
      best: null,
      at: 0,
    }),
    study: "a-study-whose-name-is-longer-than-others",
    ...more,
  };
  const baseline = { name: "repeat last", value: 0.8 };
  const text = renderFrame({
    state,
    metric: "val_mse",
    trials: 40,
    epochs: 2,
    baseline,
    now: 90_000,
    columns: 80,
    ...frame,
  });
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "").split("\n");
}

describe("the live view on 80 columns", () => {
  it("tells the whole of a notice, in lines", () => {
    const shown = lines({ notice: { kind: "notice", message: advice, at: 0 } });
    expect(shown.map((line) => line.trim()).join(" ")).toContain(`! ${advice}`);
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("has no line that is wider, and keeps how long it takes", () => {
    const counts = { complete: 10, pruned: 12, diverged: 2, failed: 1, cancelled: 1 };
    for (const columns of [60, 80, 100, 200]) {
      const shown = lines({ counts, workers: 12 }, { columns });
      for (const line of shown) expect(line.length).toBeLessThanOrEqual(columns);
      expect(shown[1]).toMatch(/█+░+ 26\/40 trials.* · about .* left$/);
    }
    expect(lines({ counts }, { columns: 200 })[1]).toContain(
      "(10 complete, 12 pruned, 2 diverged, 1 failed, 1 cancelled)",
    );
  });

  it("waits in a lab for workers that others start", () => {
    expect(lines({}, { inLab: true })).toContain("  waiting for a worker");
    expect(lines({})).toContain("  workers are starting …");
  });
});
