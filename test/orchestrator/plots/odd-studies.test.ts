import { describe, expect, it } from "vitest";
import { leaderboard } from "../../../orchestrator/views/leaderboard.ts";
import { plotImportance } from "../../../orchestrator/views/plot-study/importance.ts";
import { readPlotStudy } from "../../../orchestrator/views/plot-study/read.ts";
import { plotKinds, type Plot } from "../../../orchestrator/views/plots/plot.ts";
import { plotOf } from "../../../orchestrator/views/plots/plots.ts";
import { renderSvg } from "../../../orchestrator/views/plots/svg/render.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import { began, oddStudies } from "../../support/odd-studies.ts";
import { useFolder } from "../../support/use-folder.ts";

const place = useFolder();

function withOdd<T>(odd: string, look: (store: StudyStore, study: Study) => T): T {
  const store = openStore(place.db);
  try {
    const { name } = oddStudies[odd]!(store);
    return look(store, store.findStudy(name)!);
  } finally {
    store.close();
  }
}

const plotsOf = (odd: string): readonly Plot[] =>
  withOdd(odd, (store, study) => {
    const read = readPlotStudy(store, study, began + 60_000);
    const importance = plotImportance(store, study, read);
    return [
      ...plotKinds.map((kind) => plotOf(kind, read, { importance })),
      plotOf("history", read, { over: "time" }),
    ];
  });

describe.each(Object.keys(oddStudies))("a study with %s", (odd) => {
  it("has a sentence for every plot, and a panel or no marks at all", () => {
    for (const plot of plotsOf(odd)) {
      expect(plot.sentence).toMatch(/^\S.*\.$/);
      expect(plot.sentence).not.toMatch(/undefined|NaN|null|Infinity/);
      expect(plot.panels.length === 0).toBe(plot.table.rows.length === 0);
    }
  });

  it("is drawn without NaN, and without markup from its names", () => {
    for (const plot of plotsOf(odd)) {
      const svg = renderSvg(plot);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      for (const foreign of ["<script", "<b>", "\u001b", "\u202e"]) expect(svg).not.toContain(foreign);
      // Every tag is closed: the markup of a hostile name would not be.
      expect(svg.match(/<text/g)?.length ?? 0).toBe(svg.match(/<\/text>/g)?.length ?? 0);
    }
  });

  it("shows the values of the leaderboard", () => {
    const [board, history] = withOdd(odd, (store, study) => [
      leaderboard(store, study, { sort: "number" }),
      plotOf("history", readPlotStudy(store, study, began + 60_000)),
    ]);
    const valued = board.trials.filter(({ value }) => value !== null);
    expect(history.table.rows.map(([trial, outcome, value]) => [trial, outcome, value])).toEqual(
      valued.map(({ number, outcome, value }) => [number, outcome, value]),
    );
  });
});

describe("axes", () => {
  it("leave out the one trial that would flatten all others, and say so", () => {
    const [history] = plotsOf("an outlier");
    const panel = history!.panels[0]!;
    expect(panel.outside).toBe("1 trial outside");
    expect(panel.kind === "xy" && panel.y.scale.high).toBeLessThan(1);
  });

  it("never leave out the best", () => {
    const panel = plotsOf("wide values")[0]!.panels[0]!;
    expect(panel.kind === "xy" && panel.y.scale).toMatchObject({ kind: "log" });
    expect(panel.kind === "xy" && panel.y.scale.low).toBeLessThanOrEqual(1e-9);
  });
});
