import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { renderFrame, type Frame } from "../../../orchestrator/cli/live/render.ts";
import { snapshotOf } from "../../../orchestrator/cli/live/snapshot-of.ts";
import { startState, type LiveState } from "../../../orchestrator/cli/live/state.ts";

const advice =
  "no worker yet: start one with: seqtune worker --nats nats://127.0.0.1:4300 --creds worker.creds --label gpu=h100";

function lines(more: Partial<LiveState>, frame: Partial<Frame> = {}): string[] {
  const state: LiveState = {
    ...startState({
      goal: "minimize",
      counts: { complete: 0, pruned: 0, diverged: 0, failed: 0, cancelled: 0, invalid: 0 },
      repeats: new Set(),
      repeatsEnded: 0,
      ranked: [],
      lengths: new Map(),
      startedAt: 0,
    }),
    study: "a-study-whose-name-is-longer-than-others",
    ...more,
  };
  const baselines = [{ name: "repeat last", value: 0.8, naive: true }];
  const target = { metric: "val_mse", trials: 40, epochs: 2, wallTimeMs: null };
  const colors = pc.createColors(false);
  const snapshot = snapshotOf(state, target, baselines, 90_000);
  const whole = { snapshot, notice: null, now: 90_000, columns: 80, rows: 24, colors, inLab: false };
  return renderFrame({ ...whole, ...frame }).split("\n");
}

describe("the live view on 80 columns", () => {
  it("shows the whole of a notice, in lines", () => {
    const shown = lines({}, { notice: { kind: "notice", message: advice, at: 0 } });
    expect(shown.map((line) => line.trim()).join(" ")).toContain(`! ${advice}`);
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("has no line that is wider, and keeps how long it takes", () => {
    const counts = { complete: 10, pruned: 12, diverged: 2, failed: 1, cancelled: 1, invalid: 0 };
    for (const columns of [60, 80, 100, 200]) {
      const shown = lines({ counts, workers: 12, epochs: 40, lengths: new Map([[2, 26]]) }, { columns });
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
