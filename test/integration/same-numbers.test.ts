import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { apiRoutes } from "../../orchestrator/dashboard/routes.ts";
import { Source } from "../../orchestrator/dashboard/source.ts";
import { digits } from "../../orchestrator/views/numbers.ts";
import { readPlotStudy } from "../../orchestrator/views/plot-study/read.ts";
import { plotOf } from "../../orchestrator/views/plots/plots.ts";
import { SnapshotReader } from "../../orchestrator/views/read-snapshot.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { addLuckyStudy } from "../support/lucky-study.ts";
import { oddStudies } from "../support/odd-studies.ts";
import { addEtth1 } from "../support/sample-studies.ts";
import { labFolder, tell } from "../orchestrator/cli/support.ts";

const folder = labFolder();

/** What everything that shows a trial says of it. */
type Shown = readonly [number: number, state: string, value: number | null, bestEpoch: number | null];

const boardOf = z.looseObject({
  trials: z.array(
    z.looseObject({
      number: z.number(),
      outcome: z.string(),
      value: z.number().nullable(),
      bestEpoch: z.number().nullable(),
    }),
  ),
  counts: z.record(z.string(), z.number()),
  expected: z.looseObject({ words: z.string().nullable() }).nullable(),
});
const pageOf = z.looseObject({
  status: z.looseObject({ counts: z.record(z.string(), z.number()), luck: z.string().nullable() }),
  trials: z.array(
    z.tuple([z.number(), z.string(), z.number().nullable(), z.number().nullable()]).rest(z.unknown()),
  ),
});

const studies: Readonly<Record<string, (store: StudyStore) => unknown>> = {
  ...oddStudies,
  "trials of all kinds": addEtth1,
  "a first that was lucky": (store) => addLuckyStudy(store),
};
let folders = 0;

/** The leaderboard for terminals, on one line, and as Markdown. */
async function texts(cwd: string): Promise<readonly string[]> {
  const shown = await tell(["leaderboard"], { cwd });
  const markdown = await tell(["leaderboard", "--markdown"], { cwd });
  return [shown.stdout.replaceAll(/\s+/g, " "), markdown.stdout];
}

describe.each(Object.keys(studies))("of a study with %s", (which) => {
  it("leaderboard --json, plots, report, watch and the page's interface show the same numbers", async () => {
    const cwd = path.join(folder, `study-${folders++}`);
    mkdirSync(cwd);
    const db = path.join(cwd, "seqtune.db");
    const store = openStore(db);
    studies[which]!(store);
    const study = store.latestStudy()!;
    const board = boardOf.parse(JSON.parse((await tell(["leaderboard", "--json"], { cwd })).stdout));
    const ranking = board.trials.map(({ number, outcome, value, bestEpoch }): Shown => [
      number,
      outcome,
      value,
      bestEpoch,
    ]);
    const byNumber = ranking.toSorted((a, b) => a[0] - b[0]);
    const valued = ranking.filter(([, , value]) => value !== null);

    const source = new Source(db);
    const app = apiRoutes(source);
    const page = pageOf.parse(await (await app.request(`/studies/${study.key}`)).json());
    expect(page.trials.map(([number, state, value, epoch]) => [number, state, value, epoch])).toEqual(
      byNumber,
    );
    expect(page.status.counts).toEqual(board.counts);
    const pageBoard = boardOf.parse(await (await app.request(`/studies/${study.key}/leaderboard`)).json());
    expect(pageBoard).toEqual(board);
    const luck = board.expected?.words ?? null;
    expect(page.status.luck).toBe(luck);
    expect(luck === null).toBe(which !== "a first that was lucky");
    source.close();

    const history = plotOf("history", readPlotStudy(store, study, study.at));
    const inOrder = byNumber.filter(([, , value]) => value !== null);
    expect(history.table.rows.map(([number, state, value]) => [number, state, value])).toEqual(
      inOrder.map(([number, state, value]) => [number, state, value]),
    );

    const { ranked } = new SnapshotReader(store).read(study, { driven: false, now: study.at });
    expect(ranked.map(({ number, state, value, bestEpoch }) => [number, state, value, bestEpoch])).toEqual(
      valued,
    );
    store.close();

    await tell(["report", "--out", "report.html"], { cwd });
    const html = readFileSync(path.join(cwd, "report.html"), "utf8");
    const shown = [html.replaceAll("\u00a0", " "), ...(await texts(cwd))];
    for (const text of shown) expect(text.includes(luck?.slice(1) ?? "looks lucky")).toBe(luck !== null);
    for (const [rank, [number, , value]] of valued.slice(0, 10).entries())
      expect(html).toMatch(
        new RegExp(
          `<td class="n">${rank + 1}</td><td class="n">${number}</td><td>\\w+</td><td class="n">${digits(value)}</td>`,
        ),
      );
  });
});
