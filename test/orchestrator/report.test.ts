import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { details, saveDetail } from "../support/forecast-details.ts";
import { oddStudies } from "../support/odd-studies.ts";
import { addEtth1 } from "../support/sample-studies.ts";
import { labFolder, tell } from "./cli/support.ts";

const folder = labFolder();
let folders = 0;

/** The report of the study that `fill` puts into a database of its own. */
async function reportOf(fill: (store: StudyStore) => unknown): Promise<string> {
  const cwd = path.join(folder, `study-${folders++}`);
  mkdirSync(cwd);
  const store = openStore(path.join(cwd, "seqtune.db"));
  fill(store);
  store.close();
  const { code, stderr } = await tell(["report", "--out", "report.html"], { cwd });
  expect([code, stderr]).toEqual([0, "wrote report.html\n"]);
  return readFileSync(path.join(cwd, "report.html"), "utf8");
}

function sectionsOf(html: string): ReadonlyMap<string, string> {
  const parts = [...html.matchAll(/<section><h2>(.*?)<\/h2>(.*?)<\/section>/gs)];
  return new Map(parts.map(([, title, body]) => [title!, body!]));
}

/** What a person reads of it. */
function words(html: string): string {
  return html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

describe.each(Object.keys(oddStudies))("the report of a study with %s", (odd) => {
  let made: Promise<string> | undefined;
  const report = (): Promise<string> => (made ??= reportOf(oddStudies[odd]!));

  it("has a sentence in every section, no blank", async () => {
    const html = await report();
    const sections = sectionsOf(html);
    expect(sections.size).toBeGreaterThan(11);
    for (const [title, body] of sections)
      expect([title, words(body).trim().length > 10]).toEqual([title, true]);
    expect(words(html)).not.toMatch(/\b(undefined|NaN|null|Infinity)\b/);
  });

  it("loads nothing, runs nothing, and shows names as text", async () => {
    const html = await report();
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|\ssrc=|href=|url\((?!#)|\son\w+=|<b>/i);
    expect(html).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
  });
});

describe("the report of a study", () => {
  it("says what is best, and how it stands beside the baselines", async () => {
    const sections = sectionsOf(await reportOf(addEtth1));
    expect(words(sections.get("Best configuration")!)).toContain(
      "Trial 0: val_mse 0.3 at epoch 3 of 3, skill +27% against season ago.",
    );
    const ranking = words(sections.get("Ranking")!);
    expect(ranking).toMatch(
      /1 0 complete 0\.3000 .* linear 0\.3300 .* 2 4 complete 0\.3500 .* season ago 0\.4100/,
    );
  });

  it("has the verdict once the best was compared with the baselines", async () => {
    const html = await reportOf((store) => {
      addEtth1(store);
      const compared = {
        naive: true,
        kind: "squared",
        own: 0.3,
        other: 0.6,
        error: 0.01,
        blocks: 20,
      } as const;
      store.saveEvaluation(store.findStudy("etth1")!.id, {
        trial: 0,
        split: "validation",
        metrics: {},
        baselines: {},
        windows: 100,
        comparisons: [
          { ...compared, baseline: "repeat last" },
          { ...compared, baseline: "linear", naive: false, other: 0.29 },
        ],
        outside: 0,
        detail: details["windows"]!,
        at: 1,
      });
    });
    const verdict = words(sectionsOf(html).get("Verdict")!);
    // The sample's sweep cannot be read, without which nothing is judged.
    expect(verdict).toContain(
      "was not compared with the baselines sample by sample; seqtune evaluate etth1 does so",
    );
    expect(html).toContain("<h2>Forecast against truth: trial 0 on validation rows</h2>");
  });

  it("shows a confusion matrix of classes", async () => {
    const html = await reportOf((store) => {
      addEtth1(store);
      saveDetail(store, store.findStudy("etth1")!.id, 0, details["classes"]);
    });
    expect(html).toContain("<h2>Confusion matrix: trial 0 on validation samples</h2>");
    expect(html).toContain("most often dog is taken for cat (3 of 10)");
  });

  it("has what it takes to run it again: the file as written, seed, versions, hash", async () => {
    let source = "";
    const sections = sectionsOf(
      await reportOf((store) => {
        addEtth1(store);
        source = store.findStudy("etth1")!.source;
      }),
    );
    const again = sections.get("How to reproduce")!;
    expect(source).not.toBe("");
    expect(again).toContain(
      `<pre>${source.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;")}</pre>`,
    );
    expect(words(again)).toMatch(/seed \d+ .*data sha256 [0-9a-f]{64} .*sha256sum /);
  });

  it("counts what it has cost, and what pruning spared", async () => {
    const cost = words(sectionsOf(await reportOf(addEtth1)).get("Cost")!);
    expect(cost).toMatch(/epochs trained 10 spared by pruning 1 epoch /);
    expect(cost).toContain("5 in 8 attempts, 4 lost with their worker");
  });
});

describe("seqtune report", () => {
  it.each([
    [["--out", "report.pdf"], "A report is a page: its name must end in .html"],
    [["--out", "no/such/report.html"], "could not be written"],
    [["nosuch"], 'there is no study "nosuch"'],
  ])("refuses %s in a sentence", async (args, message) => {
    const cwd = path.join(folder, "bad");
    mkdirSync(cwd, { recursive: true });
    const store = openStore(path.join(cwd, "seqtune.db"));
    if (store.studies().length === 0) addEtth1(store);
    store.close();
    const { code, stderr } = await tell(["report", ...args], { cwd });
    expect([code, stderr.includes("    at ")]).toEqual([1, false]);
    expect(stderr).toContain(message);
  });

  it("names the file after the study, whatever that is called", async () => {
    const cwd = path.join(folder, "named");
    mkdirSync(cwd);
    const store = openStore(path.join(cwd, "seqtune.db"));
    oddStudies["hostile names"]!(store);
    store.close();
    const { stderr } = await tell(["report"], { cwd });
    expect(stderr).toMatch(/^wrote [\w'.-]+-report\.html'?\n$/);
  });
});
