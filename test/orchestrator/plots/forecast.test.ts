import path from "node:path";
import { describe, expect, it } from "vitest";
import { plotOf } from "../../../orchestrator/views/plots/plots.ts";
import { readPlotStudy } from "../../../orchestrator/views/plot-study/read.ts";
import { renderSvg } from "../../../orchestrator/views/plots/svg/render.ts";
import type { Plot } from "../../../orchestrator/views/plots/plot.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { details, saveDetail } from "../../support/forecast-details.ts";
import { addEtth1 } from "../../support/sample-studies.ts";
import { labFolder, tell } from "../cli/support.ts";

const folder = labFolder();
const store = openStore(path.join(folder, "seqtune.db"));
addEtth1(store);
const study = store.findStudy("etth1")!;
const read = readPlotStudy(store, study, study.at);

function forecast(of: string): Plot {
  return plotOf("forecast", read, { forecast: { kind: "known", trial: 0, detail: details[of]! } });
}

describe("the plot of forecasts", () => {
  it("has a panel of errors with every baseline, and one for each window", () => {
    const { panels, sentence, table } = forecast("windows");
    expect(panels.map(({ title }) => title)).toEqual([
      "OT: error by step",
      ...[1, 2, 3, 4, 5].map((day) => `OT after 2017-07-0${day} 21:00:00`),
    ]);
    expect(sentence).toBe(
      "5 validation windows, in the units of the data; the root mean squared error of OT at step 4 is 1.5 (repeat last 2.5, linear 1.75).",
    );
    expect(table.rows[2]).toEqual(["OT", "2017-07-01 21:00:00", 3, 7, null]);
  });

  it("begins each forecast where the window ends", () => {
    const panel = forecast("windows").panels[1]!;
    const line =
      panel.kind === "xy"
        ? panel.marks.find((mark) => mark.kind === "line" && mark.name === "forecast")
        : null;
    expect(line).toMatchObject({ xs: [0, 1, 2, 3, 4], ys: [4, 5.5, 6, Number.NaN, 7] });
  });

  it("shows a stretch of rows where the model looks one step ahead", () => {
    const { panels, sentence } = forecast("rolling");
    expect(panels.map(({ title }) => title)).toEqual(["<b>OT</b>, one step ahead, after line 8"]);
    expect(sentence).toContain(
      "A stretch of 3 validation rows, each forecast from the row before it (1 of 7 targets)",
    );
  });

  it("is a confusion matrix of classes, and says what is mistaken most often", () => {
    const { panels, sentence, heading } = forecast("classes");
    expect(heading).toBe("Confusion matrix: trial 0 on validation samples");
    expect(sentence).toBe(
      "label: 16 of 21 validation samples are right; most often dog is taken for cat (3 of 10).",
    );
    const panel = panels[0]!;
    const cells = panel.kind === "xy" ? panel.marks[0] : undefined;
    // The first class stands at the top, which is the last row of the cells.
    expect(cells).toMatchObject({ labels: ["0", "0", "1", "3", "7", "0", "8", "2", "0"] });
  });

  it.each(Object.keys(details))(
    "of %s is drawn without numbers that are none, and without foreign markup",
    (of) => {
      const svg = renderSvg(forecast(of));
      expect(svg).not.toMatch(/NaN|Infinity|undefined|<script|<b>/);
    },
  );
});

describe("seqtune plot forecast", () => {
  it("says that the model is not here where only the database was copied", async () => {
    const { code, stdout } = await tell(["plot", "forecast", "etth1"], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "The model of trial 0 of etth1 is not in /lab/seqtune.db.files, so it cannot forecast here.",
    );
  });

  it("says that a trial kept no model, or does not exist", async () => {
    const none = await tell(["plot", "forecast", "etth1", "--trial", "4"], { cwd: folder });
    expect(none.stdout).toContain("Trial 4 of etth1 kept no model, so it cannot forecast.");
    const unknown = await tell(["plot", "forecast", "etth1", "--trial", "9"], { cwd: folder });
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      "seqtune: there is no trial 9 in study etth1; its trials are 0 to 4\n",
    ]);
  });

  it("draws what was recorded when the study ended, numbers in the cells of a matrix", async () => {
    saveDetail(store, study.id, 0, details["classes"]);
    const { stdout } = await tell(["plot", "forecast", "etth1"], { cwd: folder, columns: 60 });
    expect(stdout).toMatch(/cat ┤█+ 8 █+/);
    expect(stdout).toContain("predicted class");
    saveDetail(store, study.id, 0, { from: "another version" });
    expect((await tell(["plot", "forecast", "etth1"], { cwd: folder })).stdout).toContain("so it cannot");
  });
});
