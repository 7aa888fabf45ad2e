import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { lrFindText, type LrFindView } from "../../../orchestrator/cli/text/lr-find.ts";
import { rangePlot } from "../../../orchestrator/cli/text/lr-plot.ts";
import { defaultParams } from "../../../orchestrator/lr-range/default-params.ts";
import { rangeSvg } from "../../../orchestrator/lr-range/svg.ts";
import { valueTicks } from "../../../orchestrator/lr-range/ticks.ts";
import { readSetting } from "../../../orchestrator/cli/settings-option.ts";
import { analyseRange, type RangeAnalysis } from "../../../search/lr-range/analyse.ts";
import { rateAt } from "../../../search/lr-range/curve.ts";
import { settingsWith } from "../../../worker/protocol/settings.ts";
import { sweepOf, sweepWith } from "../config/support.ts";

const walk = { from: 1e-6, to: 10, steps: 141 };

function analysisOf(lossAt: (rate: number) => number, divergence = 4): RangeAnalysis {
  const points = Array.from({ length: walk.steps }, (_, step) => {
    const rate = rateAt(walk, step);
    return { rate, loss: lossAt(rate) };
  });
  return analyseRange(points, { smoothing: 0, divergence });
}

const bowl = analysisOf((rate) => 1 - 0.9 / (1 + (1e-3 / rate) ** 2) + rate ** 2);
const flat = analysisOf(() => 1);

function viewOf(analysis: RangeAnalysis, more: Partial<LrFindView> = {}): LrFindView {
  const settings = settingsWith({ data: { targets: ["y"] }, model: {} }, {});
  if (!settings.success) throw settings.error;
  const shown = { name: "load", metric: "val_mse", params: {}, rule: "minimum_over_3" } as const;
  return { analysis, settings: settings.data, validations: [], ...shown, ...more };
}

const style = { columns: 100, colors: pc.createColors(false) };

describe("the plot of a range test", () => {
  const lines = rangePlot(bowl, [{ letter: "A", rate: 1e-3 }], 80);

  it("prints powers of ten below their columns, and marks a rate below that", () => {
    const axis = lines.findIndex((line) => line.includes("┬"));
    const [ticks, labels, marks] = lines.slice(axis);
    const column = labels!.indexOf("1e-3");
    expect(ticks![column]).toBe("┬");
    expect(marks!.indexOf("A")).toBe(column);
    expect(labels).toMatch(/1e-6 +1e-5 +1e-4 +1e-3 +1e-2 +1e-1/);
  });

  it("keeps within the terminal and lets an explosion leave at the top", () => {
    const exploding = analysisOf((rate) => 1 - 0.9 / (1 + (1e-3 / rate) ** 2) + rate ** 2, 1000);
    const tall = rangePlot(exploding, [], 80);
    for (const line of [...lines, ...tall]) expect(line.length).toBeLessThanOrEqual(80);
    expect(Number.parseFloat(tall[0]!)).toBeCloseTo(1.25, 2);
  });

  it("says in words that nothing can be drawn", () => {
    expect(
      rangePlot(
        analysisOf(() => Number.NaN),
        [],
        80,
      ),
    ).toEqual(["there is no curve to draw: the loss is not a finite number"]);
  });
});

describe("what lr-find prints", () => {
  it("shows every rule with its rate, the default named, and a range for the sweep", () => {
    const text = lrFindText(viewOf(bowl), style);
    expect(text).toContain("1 × 32, adam, batches of 32");
    expect(text).toMatch(/A +minimum_over_3 \(default\) +0\.0\d+/);
    expect(text).toMatch(/half_divergence +0\.\d+/);
    expect(text).toMatch(/learning_rate: \{min: 0\.\d+, max: 0\.\d+, distribution: log_uniform\}/);
  });

  it("says once why no rule has a suggestion", () => {
    const text = lrFindText(viewOf(flat), style);
    expect(text).toContain("no suggestion by any rule: the loss never fell clearly");
    expect(text.match(/never fell/g)).toHaveLength(1);
  });

  it("shows what a short training made of each suggestion", () => {
    const validations = bowl.suggestions.flatMap(({ rate }, index) =>
      rate === null ? [] : [{ rate, value: index === 4 ? null : 0.25 }],
    );
    const text = lrFindText(viewOf(bowl, { validations }), style);
    expect(text).toMatch(/valley +\S+ +0\.2500/);
    expect(text).toMatch(/half_divergence +\S+ +diverged/);
  });
});

describe("the picture", () => {
  it("is one well-formed drawing with its title escaped and every suggestion labelled", () => {
    const svg = rangeSvg({ title: "a < b & c", analysis: bowl, rule: "valley" });
    expect(svg).toContain("<title>a &lt; b &amp; c</title>");
    for (const { rule } of bowl.suggestions) expect(svg).toContain(`>${rule} `);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/<(text|g|svg|title|tspan)\b/g)).toHaveLength(
      svg.match(/<\/(text|g|svg|title|tspan)>/g)!.length,
    );
  });

  it("survives a curve without a finite loss", () => {
    const svg = rangeSvg({ title: "x", analysis: analysisOf(() => Number.NaN), rule: "valley" });
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it.each([
    { least: 0.082, most: 0.161, ticks: [0.08, 0.1, 0.12, 0.14, 0.16, 0.18] },
    { least: 1, most: 1, ticks: [1, 1.2] },
    { least: 0.002, most: 3, ticks: [0.001, 0.01, 0.1, 1, 10] },
  ])("puts round ticks from $least to $most", ({ least, most, ticks }) => {
    const found = valueTicks(least, most).ticks;
    expect(found).toHaveLength(ticks.length);
    for (const [i, tick] of ticks.entries()) expect(found[i]).toBeCloseTo(tick, 10);
  });
});

describe("settings of the test", () => {
  const searched = sweepWith(
    "optimizer: {values: [sgd, momentum]}\nmomentum: {min: 0.5, max: 0.9, when: {optimizer: momentum}}\n" +
      "hidden: {values: [16, 32]}\nlearning_rate: {min: 0.001, max: 0.1}\ndropout: {min: 0.2, max: 0.4}",
  );

  it("take a default that the sweep allows, else the first value or the middle, and no learning rate", async () => {
    const sweep = await sweepOf(searched);
    expect(defaultParams(sweep, {})).toEqual({ optimizer: "sgd", hidden: 32, dropout: expect.closeTo(0.3) });
  });

  it("follow what is set, conditions included", async () => {
    const sweep = await sweepOf(searched);
    const params = defaultParams(sweep, { optimizer: "momentum", window: 12 });
    expect(params).toMatchObject({ optimizer: "momentum", momentum: expect.closeTo(0.7), window: 12 });
  });

  it("are refused in words when they are out of range", async () => {
    const sweep = await sweepOf(searched);
    expect(() => defaultParams(sweep, { layers: 99 })).toThrow(
      /^layers: found 99; allowed: a whole number from 0 to 8$/,
    );
  });

  it("are written as in a sweep file", () => {
    expect(readSetting("hidden=[32, 16]", { layers: 2 })).toEqual({ layers: 2, hidden: [32, 16] });
    expect(readSetting("clip_norm=null", {})).toEqual({ clip_norm: null });
    expect(() => readSetting("hiden=3", {})).toThrow(/no setting hiden .* did you mean hidden\?/);
    expect(() => readSetting("hidden", {})).toThrow(/name=value/);
    expect(() => readSetting("hidden={a: 1}", {})).toThrow(/must be a text, a number/);
  });
});
