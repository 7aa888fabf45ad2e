import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { clearedLine } from "../../../orchestrator/cli/first-sign.ts";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();

function file(name: string, lines: readonly string[]): string {
  const full = path.join(cwd, name);
  writeFileSync(full, `${lines.join("\n")}\n`);
  return full;
}

/** 400 hours of a wave, a column that never changes, and ten hours missing in the middle. */
const rows = Array.from({ length: 400 }, (_, hour) => {
  const time = new Date(Date.UTC(2026, 0, 1, hour + (hour < 200 ? 0 : 10)));
  return `${time.toISOString().slice(0, 16)},${(Math.sin(hour / 4) + hour / 400).toFixed(4)},7`;
});
file("wave.csv", ["time,y,same", ...rows]);

const data = ["data:", "  file: wave.csv", "  time: time", "  targets: [y]", "  horizon: 2", "  season: 24"];

const wide = file("wide.yaml", [
  ...data,
  "parameters:",
  "  window: { values: [6, 24] }",
  "  features: { values: [numeric, targets] }",
  "  layers: { values: [0, 1] }",
  "  hidden: { min: 8, max: 256, distribution: log_int, when: { layers: 1 } }",
  "  batch_size: { values: [16, 64] }",
  "budget: { trials: 10, epochs: 5, wall_time: 90m }",
  "early_terminate: { type: patience, patience: 3 }",
]);

describe("check", () => {
  it("says what would run, without running it", async () => {
    const { stdout, stderr, code } = await tell(["check", wide], { cwd });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    // How long it takes depends on the processors there are.
    expect(stdout.replace(/roughly .* if no/, "roughly (time) if no")).toMatchInlineSnapshot(`
      "sweep wide: 10 trials of up to 5 epochs, wave.csv
      wide can run; nothing was trained

      data           /lab/wave.csv: 400 rows, 2026-01-01 to 2026-01-18 01:00:00, a row every 1 h
      inputs         2 (y, same), from 6 to 24 rows
      outputs        2 (y+1, y+2)

      split       rows     windows  from                 to
      train        280  255 to 273  2026-01-01           2026-01-13 01:00:00
      validation    60          59  2026-01-13 02:00:00  2026-01-15 13:00:00
      test          60          59  2026-01-15 14:00:00  2026-01-18 01:00:00

      search         random over 5 parameters, 2,000 configurations
      ends           after 10 trials, or after 90 min
      a trial        at most 5 epochs; stopped early by patience (patience 3, min_delta 0, min_epochs 1)
      workers        2 on this machine, engine auto
      largest model  265,730 weights (hidden 256); a worker needs about 13.7 MB to train (4 numbers a weight, and every step of a batch of 64 for the way back), 5.4 KB for the data; besides, what Node and the engine take
      hidden units   3: 2/3 of inputs + outputs (hidden: auto); 2: between inputs and outputs: their mean; 2: √(inputs × outputs); 3: less than twice the inputs; over-fitting is likely above 6 to 34
      time           very roughly (time) if no trial is stopped early (counted from the models' sizes for the fused engine on this machine; the first trials tell better)

      warning: \`inputs: change\` and \`predict: change\` chosen: 20 % of the values of "y" in a later third of the training rows lie outside the range of the rows before; set inputs and predict to choose otherwise
      warning: 1 gap in time, the widest of about 10 rows after 2026-01-09 07:00:00 (line 201): windows run across as if no time had passed, unless you set \`gaps\` to cut or fill
      warning: column "same" is constant in the training rows: as an input it is always 0
      warning: 256 hidden units can learn 273 training samples by heart (rule of thumb: at most 34): watch the gap between training and validation loss, or use dropout

      baseline     val_mse  skill
      repeat last   0.1405   -64%
      season ago   0.08578     0%
      drift        0.07514   +12%
      ets           0.1991  -132%
      linear       2.87e-9  +100%
      on the validation rows; lower is better

      next
        seqtune run /lab/wide.yaml   train it
      "
    `);
  });

  it("keeps to the width of the terminal", async () => {
    const { stdout } = await tell(["check", wide], { cwd, columns: 72 });
    const seen = stdout.split("\n").map((line) => line.split(clearedLine).at(-1)!); // the rest is taken back
    const sentences = seen.filter((line) => !line.startsWith("data "));
    expect(Math.max(...sentences.map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  it("counts what the configurations differ in from the least to the most", async () => {
    const { stdout } = await tell(["check", wide, "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      name: "wide",
      metric: "val_mse",
      data: {
        rows: 400,
        features: ["y", "same"],
        outputs: ["y+1", "y+2"],
        window: { least: 6, most: 24 },
        parts: { train: { rows: 280, samples: { least: 280 - 24 - 1, most: 280 - 6 - 1 } } },
      },
      baselines: [
        { name: "repeat last", naive: true },
        { name: "season ago" },
        { name: "drift", naive: false },
        { name: "ets", naive: false },
        { name: "linear", naive: false },
      ],
      search: {
        method: "random",
        parameters: 5,
        size: 2 * 2 * 2 * (1 + 249),
        trials: 10,
        wallTimeMs: 5_400_000,
      },
      largestModel: {
        // LSTM: 4 gates of 256 units that see 2 inputs, 256 states and a bias; then 2 outputs.
        parameters: 4 * 256 * (2 + 256 + 1) + (256 + 1) * 2,
        hidden: [256],
        batch: 64,
      },
      warnings: expect.arrayContaining([
        expect.stringContaining("gap in time"),
        expect.stringContaining("256 hidden units can learn"),
      ]) as string[],
    });
  });

  it("says which folds there are, and refuses those that cannot train", async () => {
    const folds = (window: number): string =>
      file("folds.yaml", [
        ...data,
        `  window: ${window}`,
        "  folds: 4",
        "parameters: { hidden: { values: [4, 8] } }",
        "budget: { trials: 1, epochs: 1 }",
      ]);
    const { stdout } = await tell(["check", folds(24)], { cwd });
    expect(stdout).toMatch(/\nfolds +4: training rows 100 to 280; the split below is that of the last\n/);
    expect(stdout).toContain("after 1 trial\n");
    expect(stdout).toContain("at most 1 epoch;");
    const { stderr, code } = await tell(["check", folds(99)], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "in fold 1 of `folds: 4` the training part has 100 rows, which gives no window: give it at least 102",
    );
    expect(stderr).toContain("or lower `folds`");
  });

  it("counts what warnings count from the least to the most", async () => {
    const gappy = rows.map((row, hour) =>
      hour === 30 || hour === 290 ? row.replace(/,[^,]*,7/, ",NA,7") : row,
    );
    file("gappy.csv", ["time,y,same", ...gappy]);
    const sweep = file("gappy.yaml", [
      "data: { file: gappy.csv, time: time, targets: [y], missing: ffill, horizon: 2 }",
      "parameters: { window: { values: [6, 30] }, stride: { values: [1, 5] } }",
      "budget: { trials: 1 }",
    ]);
    const { stdout } = await tell(["check", sweep], { cwd });
    const left = stdout.split("\n").filter((line) => line.includes("left out"));
    expect(left).toEqual([
      expect.stringMatching(
        /^warning: 1 to 2 train windows left out because a target in them is missing, depending on the configuration$/,
      ),
      "warning: 2 validation windows left out because a target in them is missing",
    ]);
  });

  it("shows every error of the sweep file with its place", async () => {
    const sweep = file("bad.yaml", [
      ...data,
      "parameters:",
      "  hiden: { values: [8] }",
      "budget: { trials: 0 }",
    ]);
    const { stderr, stdout, code } = await tell(["check", sweep], { cwd });
    expect({ stdout, code }).toEqual({ stdout: "", code: 1 });
    expect(stderr).toMatch(/^seqtune: \/lab\/bad\.yaml cannot be run:\n\n/);
    expect(stderr).toContain("/lab/bad.yaml:8:");
    expect(stderr).toContain("did you mean hidden?");
    expect(stderr).toContain("/lab/bad.yaml:9:");
  });

  it("warns of what is legal but probably not meant, and goes on", async () => {
    const sweep = file("idle.yaml", [
      ...data,
      "parameters:",
      "  layers: { values: [0, 1] }",
      "  dropout: { values: [0, 0.5] }",
      "budget: { trials: 4 }",
    ]);
    const { stderr, code } = await tell(["check", sweep], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain("this is searched also where layers is 0 and it has no effect");
  });

  it("says which configurations the data is too short for", async () => {
    const sweep = file("long.yaml", [
      ...data,
      "parameters: { window: { values: [24, 500] } }",
      "budget: { trials: 2 }",
    ]);
    const { stderr, code } = await tell(["check", sweep], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^seqtune: .*\(in the configurations with window=500\)\n$/);
  });

  it("does not blame a searched setting for what is wrong with all configurations", async () => {
    file("holes.csv", ["y", ...Array.from({ length: 90 }, (_, t) => (t === 5 ? "NA" : `${t}`))]);
    const holes = (parameters: string) =>
      file("holes.yaml", [
        "data: { file: holes.csv, targets: [y] }",
        `parameters: { window: { values: [6, 12] }, ${parameters} }`,
        "budget: { trials: 2 }",
      ]);
    const missing = /: set `missing` to ffill, linear, drop or mask, or choose another target/;
    const always = await tell(["check", holes("hidden: { values: [4, 8] }")], { cwd });
    expect(always.stderr).toMatch(missing);
    expect(always.stderr).not.toContain("in the configurations with");
    const sometimes = await tell(["check", holes("missing: { values: [ffill, error] }")], { cwd });
    expect(sometimes.stderr).toMatch(missing);
    expect(sometimes.stderr).toContain("(in the configurations with missing=error)");
  });

  it("says that the data file is not there", async () => {
    const sweep = file("gone.yaml", [
      "data: { file: gone.csv, targets: [y] }",
      "parameters: { hidden: { values: [8, 16] } }",
      "budget: { trials: 2 }",
    ]);
    const { stderr, code } = await tell(["check", sweep], { cwd });
    expect({ stderr, code }).toEqual({
      stderr:
        "seqtune: the data file /lab/gone.csv does not exist; give the path of a data file, in a sweep under data.file\n",
      code: 1,
    });
  });
});
