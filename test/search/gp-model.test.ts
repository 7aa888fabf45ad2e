import { describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import type { Dimension } from "../../search/samplers/bayes/encoding.ts";
import { Acquisition } from "../../search/samplers/gp/acquisition.ts";
import { fit, SCORE_NOISE_PRIOR } from "../../search/samplers/gp/fit.ts";
import { Model } from "../../search/samplers/gp/model.ts";
import { imagined, NOTHING_PENDING } from "../../search/samplers/gp/posterior.ts";
import { warp } from "../../search/samplers/gp/warp.ts";

const numbers = (count: number): readonly Dimension[] =>
  Array.from({ length: count }, (_, d) => ({ name: `x${d}`, kind: "unit", levels: Infinity, group: 0 }));

const ripples = (a: number, b: number): number => Math.sin(9 * a) * Math.cos(8 * b);
const plane = (a: number, b: number): number => 2 * a + b;

describe("model", () => {
  it.each([
    ["a trend of quiet scores that follow one", true, plane, 0, 2, true],
    ["none of quiet scores that are likelier without", false, ripples, 0, 2, false],
    ["a trend of them among ten numbers", true, ripples, 0, 10, false],
    ["none of noisy scores, and reads the noise from the fit without one", false, plane, 0.5, 10, false],
  ] as const)("has %s", (_, hasTrend, truth, noise, count, likelier) => {
    const dimensions = numbers(count);
    const rng = rngFor(2, "model test");
    const finished = Array.from({ length: 80 }, (_, trial) => {
      const x = Float64Array.from({ length: count }, () => rng.next());
      const score = truth(x[0]!, x[1]!) + noise * rng.normal();
      return { trial, x, score, partial: false, share: 1, ended: trial };
    });
    const targets = {
      xs: finished.map(({ x }) => x),
      ys: warp(Float64Array.from(finished, ({ score }) => score)),
      extraNoise: new Float64Array(80),
    };
    const model = new Model(dimensions);
    const [plain, withTrend] = [false, true].map((trend) =>
      fit(targets, dimensions, SCORE_NOISE_PRIOR, trend),
    );
    expect(withTrend!.negative < plain!.negative).toBe(likelier);
    expect(model.noiseShare({ finished, running: [], repeated: false })).toBe(
      plain!.noise / (plain!.noise + plain!.variance),
    );
    const corner = new Float64Array(count).fill(1);
    const expected = [plain!, withTrend!].map((theta) =>
      new Acquisition(imagined(targets, NOTHING_PENDING, dimensions, theta), undefined).value(corner),
    );
    expect(expected[0]).not.toBeCloseTo(expected[1]!, 3);
    expect(model.acquisition({ finished, running: [] }, rng).value(corner)).toBe(expected[hasTrend ? 1 : 0]);
  });
});

describe("warp", () => {
  it("keeps order and the better half's proportions, and pulls in the rest", () => {
    const scores = Float64Array.of(1, 2, 3, 4, 5, 1e30, 1e200, 6, 7);
    const y = warp(scores);
    for (let i = 1; i < 5; i++) expect(y[i]! - y[i - 1]!).toBeCloseTo(y[1]! - y[0]!, 9);
    expect(y[7]).toBeLessThan(y[8]!);
    expect(y[8]).toBeLessThan(y[5]!);
    expect(y[5]).toBeLessThan(y[6]!);
    expect(Math.max(...y)).toBeLessThan(2);
  });

  it("keeps the resolution of the few trials that left a plateau", () => {
    const y = warp(Float64Array.from({ length: 40 }, (_, i) => (i < 4 ? 0.3 + 0.05 * i : Math.LN2)));
    expect(y[3]! - y[0]!).toBeGreaterThan(0.5);
    expect(y[39]).toBe(y[4]);
  });

  it("gives zeros for equal scores and nothing for nothing", () => {
    expect([...warp(Float64Array.of(0.7, 0.7, 0.7))]).toEqual([0, 0, 0]);
    expect([...warp(new Float64Array(0))]).toEqual([]);
  });
});
