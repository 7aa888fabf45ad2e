/** Parameters as programs name them: long, and many of them. */
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { plotText } from "../../../orchestrator/cli/text/plot/plot.ts";
import { readPlotStudy } from "../../../orchestrator/views/plot-study/read.ts";
import type { Plot } from "../../../orchestrator/views/plots/plot.ts";
import { plotOf } from "../../../orchestrator/views/plots/plots.ts";
import { textWidth } from "../../../orchestrator/views/plots/svg/markup.ts";
import { renderSvg } from "../../../orchestrator/views/plots/svg/render.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { addStudy, began } from "../../support/odd-studies.ts";
import { useFolder } from "../../support/use-folder.ts";

const place = useFolder();

/** Parallel coordinates of these parameters. */
function parallelOf(names: readonly string[]): Plot {
  const store = openStore(place.db);
  try {
    const trials = [0, 1, 2, 3].map((i) => ({
      params: Object.fromEntries(names.map((name, p) => [name, i + p])),
      values: [0.5 - i / 10],
      outcome: "complete" as const,
    }));
    const study = addStudy(store, "names", trials);
    return plotOf("parallel", readPlotStudy(store, study, began + 60_000));
  } finally {
    store.close();
  }
}

/** Names above the axes: where each begins and ends, and its line. */
function namesIn(svg: string): readonly { words: string; from: number; to: number; y: string }[] {
  return [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)" font-size="12"[^>]*>([^<]*)<\/text>/g)].map(
    ([, x, y, words]) => ({ words: words!, from: Number(x), to: Number(x) + textWidth(words!), y: y! }),
  );
}

const usual = ["window", "layers", "hidden", "dropout", "learning_rate", "batch_size"];
const long = Array.from({ length: 9 }, (_, i) => `encoder.block_${i}.learning_rate`);

describe("parallel coordinates", () => {
  it("name every axis in full at the width of a phone", () => {
    const names = namesIn(renderSvg(parallelOf(usual), { width: 366, words: false }));
    expect(names.map(({ words }) => words)).toEqual([...usual, "val_mse"]);
  });

  it.each([366, 860, 1180])("put no name over another, or beyond the picture, %d pixels wide", (width) => {
    const names = namesIn(renderSvg(parallelOf(long), { width, words: false }));
    expect(names.length).toBe(long.length + 1);
    for (const [i, a] of names.entries()) {
      expect(a.from).toBeGreaterThanOrEqual(0);
      expect(a.to).toBeLessThanOrEqual(width);
      for (const b of names.slice(i + 1)) expect(a.y === b.y && a.from < b.to && b.from < a.to).toBe(false);
    }
  });

  it("name every axis in full in a terminal of 80 columns", () => {
    const text = plotText(parallelOf(usual), { columns: 80, colors: pc.createColors(false) });
    for (const name of usual) expect(text).toContain(name);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});
