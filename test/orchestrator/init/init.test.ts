import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSweep } from "../../../orchestrator/config/load.ts";
import { tell } from "../cli/support.ts";
import { removeFolder } from "../../support/remove-folder.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), "seqtune-init-"));
  const rows = Array.from({ length: 200 }, (_, i) => {
    const date = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
    return `${date},${(10 + 3 * Math.sin((2 * Math.PI * i) / 7)).toFixed(3)},${i % 5}`;
  });
  writeFileSync(path.join(cwd, "visits.csv"), `date,visits,weather\n${rows.join("\n")}\n`);
});
afterEach(() => removeFolder(cwd));

describe("seqtune init", () => {
  it("writes a sweep with comments that runs as it is, and says what it found", async () => {
    const { code, stdout } = await tell(["init", "visits.csv", "--target", "visits", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("season         7");
    expect(stdout).toContain("seqtune run visits.yaml");
    const text = readFileSync(path.join(cwd, "visits.yaml"), "utf8");
    expect(text).toContain("horizon: 7 # rows ahead to predict");
    const loaded = await loadSweep(path.join(cwd, "visits.yaml"));
    expect(loaded).toMatchObject({ ok: true, sweep: { name: "visits", workers: {} } });
    const check = await tell(["check", path.join(cwd, "visits.yaml"), "--json"], { cwd });
    expect(check.code).toBe(0);
  });

  it("lets forecasts of a series without a level stay close to the last value, and no others", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => (100 + i + 0.1 * ((i * 37) % 11)).toFixed(2));
    writeFileSync(path.join(cwd, "rates.csv"), `rate\n${rows.join("\n")}\n`);
    const decay = "weight_decay: { min: 0.01, max: 10, distribution: log_uniform }";
    expect((await tell(["init", "rates.csv", "--yes"], { cwd })).stdout).toContain(
      "`predict: change` chosen",
    );
    expect(readFileSync(path.join(cwd, "rates.yaml"), "utf8")).toContain(decay);
    await tell(["init", "visits.csv", "--target", "visits", "--yes"], { cwd });
    expect(readFileSync(path.join(cwd, "visits.yaml"), "utf8")).not.toContain("weight_decay");
  });

  it("passes over a title line that has separators of its own", async () => {
    const [names, ...rows] = readFileSync(path.join(cwd, "visits.csv"), "utf8").trim().split("\n");
    const wide = [`${names},wind,rain`, ...rows.map((row, i) => `${row},${i % 7},${i % 3}`)];
    writeFileSync(path.join(cwd, "titled.csv"), `Town hall, exported\n${wide.join("\n")}\n`);
    const { code, stdout } = await tell(["init", "titled.csv", "--target", "visits", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/header +2\n/);
    expect(stdout).toContain('time           "date"');
  });

  it("reads a year and a quarter as one time, in a sweep and by itself", async () => {
    const rows = Array.from({ length: 160 }, (_, i) => {
      const value = (100 + 0.2 * i + 9 * Math.sin((Math.PI * i) / 2) + ((i * 37) % 11) / 10).toFixed(2);
      return `${1960 + Math.floor(i / 4)}.0,${(i % 4) + 1}.0,${value}`;
    });
    writeFileSync(path.join(cwd, "output.csv"), `year,quarter,gdp\n${rows.join("\n")}\n`);
    const { code, stdout } = await tell(["init", "output.csv", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/time +\["year","quarter"\] +1960-01-01 to 1999-10-01/);
    expect(stdout).toMatch(/season +4 /);
    expect(stdout).not.toContain("group");
  });

  it("takes no column that says what to train on for an input, and sees months in columns", async () => {
    const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const rows = Array.from({ length: 60 }, (_, i) =>
      [1950 + i, ...months.map((_m, m) => ((i * 7 + m * 5) % 23) + m), i < 40 ? "TRUE" : "FALSE"].join(),
    );
    writeFileSync(path.join(cwd, "sea.csv"), `year,${months.join()},train\n${rows.join("\n")}\n`);
    const { code, stdout } = await tell(["init", "sea.csv", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('column "train" seems to say which rows to train on: it is no input');
    expect(stdout).not.toMatch(/^ *categorical /m);
    expect(stdout).toContain('the columns from "Jan" on look like the months of one series');
  });

  it("looks for columns that give the answer away, and for classes that are rare", async () => {
    const y = Array.from({ length: 120 }, (_, i) => (i * 37) % 101);
    const ahead = y.map((value, i) => `${value},${y[i + 2] ?? ""},${(i * 53) % 97}`);
    writeFileSync(path.join(cwd, "leak.csv"), `y,later,other\n${ahead.slice(0, 118).join("\n")}\n`);
    const leak = await tell(["init", "leak.csv", "--target", "y", "--horizon", "3", "--yes"], { cwd });
    expect(leak.stdout).toContain(
      'column "later" holds the value that "y" has 2 rows later, which gives the answer away: leave it out of `features`',
    );
    expect(leak.stdout).not.toContain('column "other"');

    const steps = Array.from({ length: 8 }, (_, step) => `x${step + 1}`);
    const samples = Array.from({ length: 300 }, (_, i) => {
      const label = i % 15 === 0 ? "faulty" : "sound";
      return [
        ...steps.map((_s, step) => ((i * 7 + step * 3) % 11) / 10),
        i % 15 === 0 ? 3 : i % 3,
        label,
      ].join();
    });
    writeFileSync(path.join(cwd, "parts.csv"), `${steps.join()},code,label\n${samples.join("\n")}\n`);
    const uneven = await tell(["init", "parts.csv", "--target", "label", "--yes"], { cwd });
    expect(uneven.stdout).toContain('the classes of "label" are uneven: "faulty" has 6.7 % of the rows');
    expect(uneven.stdout).toContain('column "code" has values of its own for each class of "label"');
  });

  /** Samples of eight steps each, `rare` of them faulty, the first few of the file. */
  function writeParts(file: string, samples: number, rare: number): void {
    const steps = Array.from({ length: 8 }, (_, step) => `x${step + 1}`);
    const rows = Array.from({ length: samples }, (_, i) =>
      [...steps.map((_s, step) => ((i * 7 + step * 3) % 11) / 10), i < rare ? "faulty" : "sound"].join(),
    );
    writeFileSync(path.join(cwd, file), `${steps.join()},label\n${rows.join("\n")}\n`);
  }

  it("validates in folds where one part has too few samples to choose by, and says so", async () => {
    writeParts("some.csv", 200, 60);
    const daily = (days: number): string[] =>
      Array.from({ length: days }, (_, i) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10));
    const wave = (days: number): string =>
      daily(days)
        .map((day, i) => `${day},${(10 * Math.sin(i / 3)).toFixed(2)}`)
        .join("\n");
    writeFileSync(path.join(cwd, "short.csv"), `day,y\n${wave(300)}\n`);
    writeFileSync(path.join(cwd, "long.csv"), `day,y\n${wave(1500)}\n`);
    const [some, short, long] = await Promise.all(
      ["some", "short", "long"].map((name) => tell(["init", `${name}.csv`, "--yes"], { cwd })),
    );
    expect(some!.stdout).toContain("30 validation samples are few: `folds: 5` ranks by the mean of 5 parts");
    expect(short!.stdout).toContain(
      "39 overlapping windows of one validation part are worth 2 independent stretches of time: `folds: 3`",
    );
    expect(long!.stdout).not.toContain("folds");
    expect(readFileSync(path.join(cwd, "short.yaml"), "utf8")).toMatch(/^ {2}folds: 3 # 39 overlapping/m);
  });

  it("validates in folds where a class is too rare for one part, and says so", async () => {
    writeParts("few.csv", 40, 5);
    const { code, stdout } = await tell(["init", "few.csv", "--target", "label", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("a class is too rare for one part to validate on: `folds: 4`");
    const check = await tell(["check", path.join(cwd, "few.yaml"), "--json"], { cwd });
    expect(JSON.parse(check.stdout)).toMatchObject({ metric: "val_auc", data: { folds: { count: 4 } } });
  });

  it.each([
    ["samples of which one is rare", "one.csv", 1],
    ["a series whose rare rows are all early", "early.csv", 3],
  ])("ranks by the loss where no part has two classes to validate on: %s", async (_, file, rare) => {
    if (file === "one.csv") writeParts(file, 40, rare);
    else {
      const rows = Array.from({ length: 80 }, (_row, i) => `${(i * 7) % 11},${i < rare ? "on" : "off"}`);
      writeFileSync(path.join(cwd, file), `x,label\n${rows.join("\n")}\n`);
    }
    const { code, stdout } = await tell(["init", file, "--target", "label", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('have one class of "label" only, so val_auc has no meaning there');
    const check = await tell(["check", path.join(cwd, file.replace("csv", "yaml")), "--json"], { cwd });
    expect(JSON.parse(check.stdout)).toMatchObject({ metric: "val_loss" });
  });

  it("never overwrites a file", async () => {
    writeFileSync(path.join(cwd, "visits.yaml"), "mine");
    const { code, stderr } = await tell(["init", "visits.csv", "--yes"], { cwd });
    expect({ code, said: stderr }).toEqual({
      code: 1,
      said: expect.stringContaining("exists already") as string,
    });
    expect(readFileSync(path.join(cwd, "visits.yaml"), "utf8")).toBe("mine");
  });

  it("writes nothing for a file that cannot be used, and says why", async () => {
    writeFileSync(path.join(cwd, "short.csv"), "date,y\n2020-01-01,1\n2020-01-02,2\n");
    const { code, stderr } = await tell(["init", "short.csv", "--yes"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("short.csv");
    expect(existsSync(path.join(cwd, "short.yaml"))).toBe(false);
  });

  it("prints what it found as JSON for programs", async () => {
    const { stdout } = await tell(["init", "visits.csv", "--json", "--out", "sub.yaml"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ settings: { time: "date" }, assumptions: [] });
  });
});
