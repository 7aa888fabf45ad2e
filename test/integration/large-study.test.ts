/** A study of 20,000 trials. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plotKinds } from "../../orchestrator/views/plots/plot.ts";
import { plotOf } from "../../orchestrator/views/plots/plots.ts";
import { plotImportance } from "../../orchestrator/views/plot-study/importance.ts";
import { readPlotStudy } from "../../orchestrator/views/plot-study/read.ts";
import { renderSvg } from "../../orchestrator/views/plots/svg/render.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { makeLargeStudy } from "../support/large-study.ts";
import { removeFolder } from "../support/remove-folder.ts";

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-large-"));
const db = path.join(folder, "large.db");
beforeAll(() => {
  makeLargeStudy(db, 20_000, 3);
});
afterAll(() => removeFolder(folder));

test("every plot of 20,000 trials has a sentence, and a picture where there is something to draw", () => {
  const store = openStore(db);
  const study = store.latestStudy()!;
  const read = readPlotStudy(store, study, Date.now());
  const importance = plotImportance(store, study, read);
  store.close();
  for (const kind of plotKinds) {
    const plot = plotOf(kind, read, { importance });
    expect(plot.sentence).toMatch(/^\S.*\.$/);
    expect(renderSvg(plot)).not.toMatch(/NaN|Infinity|undefined/);
    const isBlank = ["forecast", "lr", "failures"].includes(kind);
    expect([kind, plot.panels.length === 0]).toEqual([kind, isBlank]);
  }
});
