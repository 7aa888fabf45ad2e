import { describe, expect, it } from "vitest";
import { bestPossible } from "../../../orchestrator/config/metrics.ts";
import { bestNaive, skill } from "../../../orchestrator/views/skill.ts";

describe("skill", () => {
  it("is the share of the naive error that a trial removes", () => {
    expect(skill(0.3, 0.4, 0)).toBeCloseTo(0.25, 12);
    expect(skill(0.4, 0.4, 0)).toBe(0);
    expect(skill(0.6, 0.4, 0)).toBeCloseTo(-0.5, 12);
  });

  it("is the share of what is missing to 1 for metrics that are best at 1", () => {
    expect(skill(0.9, 0.8, 1)).toBeCloseTo(0.5, 12);
    expect(skill(-0.2, -1, 1)).toBeCloseTo(0.4, 12);
  });

  it("is unknown without a value, without a baseline, and where nothing is to be gained", () => {
    expect(skill(null, 0.4, 0)).toBeNull();
    expect(skill(0.3, null, 0)).toBeNull();
    expect(skill(0.3, 0, 0)).toBeNull();
    expect(skill(0.9, 1, 1)).toBeNull();
  });
});

describe("the best value", () => {
  it("comes from the metric, on validation and on test rows", () => {
    expect(bestPossible("val_mse", "minimize")).toBe(0);
    expect(bestPossible("test_mcc", "maximize")).toBe(1);
    expect(bestPossible("val_r2", "maximize")).toBe(1);
  });
});

describe("the best naive baseline", () => {
  const baselines = [
    { name: "repeat last", value: 0.5, naive: true },
    { name: "season ago", value: 0.4, naive: true },
    { name: "linear", value: 0.1, naive: false },
    { name: "mean", value: null, naive: true },
  ];

  it("is the one hardest to beat, whatever is not naive aside", () => {
    expect(bestNaive(baselines, "minimize")?.name).toBe("season ago");
    expect(bestNaive(baselines, "maximize")?.name).toBe("repeat last");
    expect(bestNaive([], "minimize")).toBeNull();
  });
});
