import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { curvePlot, type PlotSeries } from "../../../orchestrator/cli/text/curve-plot.ts";

const colors = pc.createColors(false);

function plot(main: PlotSeries["values"], second: PlotSeries["values"] | null = null, columns = 60): string {
  const options = { columns, colors, unit: "epoch", bestEpoch: null } as const;
  const under = second === null ? null : { name: "training", values: second };
  return `\n${curvePlot({ name: "validation", values: main }, under, options).join("\n")}`;
}

describe("curve plot", () => {
  it("goes over to a log scale where a curve spans decades", () => {
    expect(plot([1000, 100, 10, 1, 0.1])).toMatchInlineSnapshot(`
      "
        1000 ┤───────╮
       359.4 ┤       │
       129.2 ┤       ╰───────╮
       46.42 ┤               │
       16.68 ┤               ╰───────╮
       5.995 ┤                       │
       2.154 ┤                       │
      0.7743 ┤                       ╰───────╮
      0.2783 ┤                               │
      0.1000 ┤                               ╰────────
             └────────────────────────────────────────
              epoch 1                                5
      ── validation   log scale"
    `);
  });

  it("stays linear where a value is not above 0", () => {
    expect(plot([1000, 100, 0])).not.toContain("log scale");
  });

  it("draws what lies before and after numbers that are not finite", () => {
    expect(plot([3, null, null, 2, 1])).toMatchInlineSnapshot(`
      "
      3.000 ┤────────××××××××××××××××
      2.778 ┤
      2.556 ┤
      2.333 ┤
      2.111 ┤                        ───────╮
      1.889 ┤                               │
      1.667 ┤                               │
      1.444 ┤                               │
      1.222 ┤                               │
      1.000 ┤                               ╰────────
            └────────────────────────────────────────
             epoch 1                                5
      ── validation   × not a finite number"
    `);
  });

  it("leaves out epochs that were not reported", () => {
    const picture = plot([3, undefined, 1]);
    expect(picture).not.toContain("×");
    expect(picture).toMatch(/┤─{8}\n/);
  });

  it("draws a flat curve and a single epoch", () => {
    expect(plot([5, 5, 5])).toMatch(/5\.000 ┤─{24}\n/);
    expect(plot([5])).toContain("epoch 1\n");
  });

  it("bundles epochs when there are more than places", () => {
    const values = Array.from({ length: 300 }, (_, i) => 1 / (i + 1));
    const picture = plot(values, null, 80);
    expect(Math.max(...picture.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(picture).toContain("a place is 5 epochs (mean)");
    expect(picture).toContain(" 300\n");
  });

  it("has nothing to draw when no number is finite", () => {
    expect(plot([null, null])).toBe("\nno epoch has a finite validation");
  });
});
