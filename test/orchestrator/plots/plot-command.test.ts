import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { plotKinds } from "../../../orchestrator/views/plots/plot.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { makeSampleDatabase } from "../../support/sample-studies.ts";
import { hostileName, oddStudies } from "../../support/odd-studies.ts";
import { labFolder, tell } from "../cli/support.ts";

const folder = labFolder();
makeSampleDatabase(path.join(folder, "seqtune.db"));
const plot = (...args: readonly string[]) => tell(["plot", ...args], { cwd: folder, columns: 80 });

describe("seqtune plot", () => {
  it("draws the best so far in the terminal, with the baselines drawn through", async () => {
    const { code, stdout } = await plot("history", "etth1");
    expect(code).toBe(0);
    expect(stdout).toContain("Best val_mse so far");
    expect(stdout).toContain("The best val_mse is 0.3, by trial 0 (of 3 trials with a value)");
    expect(stdout).toMatch(/╌{10,}.* season ago 0\.41/);
    expect(stdout).toMatch(/╌{10,}.* linear 0\.33/);
    expect(stdout).toContain("● trial trained to its end   ○ pruned trial");
  });

  it("draws every kind, none wider than the terminal", async () => {
    for (const kind of plotKinds) {
      const { code, stdout, stderr } = await plot(kind, "etth1");
      expect([kind, code, stderr]).toEqual([kind, 0, ""]);
      expect(stdout.split("\n").filter((line) => Array.from(line).length > 80)).toEqual([]);
    }
  });

  it("says where trials fail, in the space", async () => {
    const { stdout } = await plot("failures", "etth1");
    expect(stdout).toContain("Of 5 trials of etth1 1 diverged, 1 failed (1 out of memory or killed)");
  });

  it("writes a picture that needs nothing else", async () => {
    const { code, stderr } = await plot("curves", "etth1", "--out", "curves.svg");
    expect([code, stderr]).toEqual([0, "wrote /lab/curves.svg\n"]);
    const svg = readFileSync(path.join(folder, "curves.svg"), "utf8");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain("<title>Learning curves of val_mse</title>");
    expect(svg).not.toMatch(/href|url\((?!#)|<script|<image/);
  });

  it("writes PNG", async () => {
    const { code, stderr } = await plot("slice", "etth1", "--out", "slice.png");
    if (stderr.includes("optional package")) {
      expect(stderr).toContain("take .svg");
      return;
    }
    expect(code).toBe(0);
    const bytes = readFileSync(path.join(folder, "slice.png"));
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  });

  it("writes a page with the same data as a table", async () => {
    expect((await plot("edf", "etth1", "--out", "edf.html")).code).toBe(0);
    const html = readFileSync(path.join(folder, "edf.html"), "utf8");
    expect(html).toContain("<summary>as table</summary>");
    expect(html).toContain('<td>etth1</td><td class="n">0.55</td><td class="n">1</td>');
  });

  it.each([
    [
      ["history", "etth1", "--out", "x.pdf"],
      "--out x.pdf: .pdf is none of the endings; it must be .svg, .png or .html",
    ],
    [["history", "etth1", "--out", "x"], "the file's name has no ending"],
    [["history", "etth1", "--out", "no/such/x.svg"], "could not be written: "],
    [["slice", "etth1", "--params", "lr"], "--params: there is no parameter lr in this study; it has"],
    [
      ["pareto", "etth1", "--metrics", "val_mse,speed"],
      "--metrics: no trial of this study has speed; recorded are",
    ],
    [["pareto", "etth1", "--metrics", "a,b,c"], "--metrics takes two names"],
    [["importance", "etth1", "--best", "0"], "a percentage above 0 and at most 100"],
    [["histogram"], "Allowed choices are history"],
    [["history", "ett1"], "did you mean etth1?"],
  ])("refuses %s in a sentence", async (args, message) => {
    const { code, stderr } = await plot(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  it("lets no name steer the terminal, or become markup in a page", async () => {
    const cwd = path.join(folder, "hostile");
    mkdirSync(cwd);
    const store = openStore(path.join(cwd, "seqtune.db"));
    oddStudies["hostile names"]!(store);
    store.close();
    for (const kind of plotKinds) {
      const drawn = await tell(["plot", kind, hostileName], { cwd, columns: 100 });
      expect([drawn.code, drawn.stderr]).toEqual([0, ""]);
      expect(drawn.stdout).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
      await tell(["plot", kind, hostileName, "--out", "x.html"], { cwd });
      expect(readFileSync(path.join(cwd, "x.html"), "utf8")).not.toMatch(/<script|<b>/);
    }
  });
});
