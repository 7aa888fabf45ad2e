/** What an axis shows, and what it leaves out. */
import { describe, expect, it } from "vitest";
import { readPlotStudy } from "../../../orchestrator/views/plot-study/read.ts";
import type { Plot, XyPanel } from "../../../orchestrator/views/plots/plot.ts";
import { plotOf, type PlotOptions } from "../../../orchestrator/views/plots/plots.ts";
import type { PlotKind } from "../../../orchestrator/views/plots/plot.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { addStudy, began, type OddTrial } from "../../support/odd-studies.ts";
import { useFolder } from "../../support/use-folder.ts";

const place = useFolder();

function plotted(trials: readonly OddTrial[], kind: PlotKind, options: PlotOptions = {}): Plot {
  const store = openStore(place.db);
  try {
    return plotOf(
      kind,
      readPlotStudy(store, addStudy(store, `axes-${store.studies().length}`, trials), began + 60_000),
      options,
    );
  } finally {
    store.close();
  }
}

function panelOf({ panels }: Plot): XyPanel {
  const [panel] = panels;
  if (panel?.kind !== "xy") throw new Error("the plot has no panel with two axes");
  return panel;
}

/** Trials that learn from about 1 to 0.3, every seventh of which explodes and is pruned. */
const someExplode = Array.from({ length: 42 }, (_, i): OddTrial => {
  const explodes = i % 7 === 0;
  const at = 0.3 + (i % 5) / 50;
  return {
    params: { hidden: i },
    values: explodes ? [1e7, 1e8] : [at + 0.7, at + 0.3, at + 0.1, at],
    outcome: explodes ? "pruned" : "complete",
  };
});

describe("the axis of learning curves", () => {
  it("is left to those that learn where some explode, however many epochs there are", () => {
    const { y, outside } = panelOf(plotted(someExplode, "curves"));
    expect(y.scale.high).toBeLessThan(2);
    expect(outside).toBe("6 curves partly outside");
    expect(panelOf(plotted(someExplode, "curves", { all: true })).y.scale.high).toBeGreaterThan(1e8);
  });

  it("is logarithmic where that is asked for", () => {
    const tame = someExplode.filter(({ outcome }) => outcome === "complete");
    expect(panelOf(plotted(tame, "curves")).y.scale.kind).toBe("linear");
    expect(panelOf(plotted(tame, "curves", { log: true })).y.scale).toMatchObject({
      kind: "log",
      low: expect.closeTo(0.3, 1),
    });
  });
});

describe("the distribution", () => {
  it("ends at the end of its axis, at the share that comes to it", () => {
    const { x, marks } = panelOf(plotted(someExplode, "edf"));
    const line = marks.find(({ kind }) => kind === "line");
    if (line?.kind !== "line") throw new Error("there is no line");
    expect(Math.max(...Array.from(line.xs))).toBe(x.scale.high);
    expect(Array.from(line.ys).at(-1)).toBeCloseTo(36 / 42, 10);
  });
});

describe("the plot of failures", () => {
  it("names the part where most more trials fail than elsewhere, in values that the parameter has", () => {
    // One of one fails at hidden 1, nine of ten at 31 and 32.
    const trial = (hidden: number, fails: boolean): OddTrial => ({
      params: { hidden },
      values: fails ? [] : [0.5],
      outcome: fails ? "failed" : "complete",
    });
    const trials = [
      trial(1, true),
      ...Array.from({ length: 20 }, (_, i) => trial(8 + i, false)),
      ...Array.from({ length: 10 }, (_, i) => trial(31 + (i % 2), i > 0)),
    ];
    const { sentence } = plotted(trials, "failures");
    expect(sentence).toMatch(/most of all at hidden \d+ to 32 \(9 of 1\d\)\.$/);
  });
});
