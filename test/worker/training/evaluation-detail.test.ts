import { describe, expect, it } from "vitest";
import { predictBaselines } from "../../../worker/data/baselines/baselines.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { readTable } from "../../../worker/data/file/table.ts";
import { NumberOutputs } from "../../../worker/data/outputs/number-outputs.ts";
import { evaluationDetailSchema } from "../../../worker/protocol/evaluation-detail.ts";
import { evaluationDetail, type PredictedPart } from "../../../worker/training/evaluation-detail.ts";
import { count, csv, settings } from "../data/helpers.ts";

/** The validation samples of a file, and for each what `say` gives for its outputs. */
function part(
  columns: Parameters<typeof csv>[0],
  given: Parameters<typeof settings>[0],
  say?: (truth: number, output: number) => number,
): PredictedPart {
  const table = readTable(csv(columns));
  const baselines = predictBaselines(table, settings(given), "validation");
  const { outputs, rows, found } = baselines;
  if (say === undefined) return { baselines, decoded: found[0]!.decoded };
  if (!(outputs instanceof NumberOutputs)) throw new Error("classes");
  const { horizon, targets } = outputs;
  const width = horizon * targets.length;
  const decoded = Float64Array.from({ length: rows.length * width }, (_, i) => {
    const output = i % width;
    const row = rows[Math.floor(i / width)]! + Math.floor(output / targets.length);
    return say(targets[output % targets.length]!.raw[row]!, output);
  });
  return { baselines, decoded };
}

const wave = count(200).map((i) => Math.round(100 * Math.sin(i / 5)) / 10);

describe("what a model of a series predicts", () => {
  const given = { targets: ["y"], window: 8, horizon: 6, split: { train: 120, validation: 80 } };

  it("has the error of each step: here as many as the step", () => {
    const { errors } = evaluationDetail([part({ y: wave }, given, (truth, step) => truth + step)]);
    expect(errors[0]!.model).toEqual([0, 1, 2, 3, 4, 5].map((step) => expect.closeTo(step, 9)));
  });

  it("agrees with the mean squared error that ranks trials", () => {
    const one = part({ y: wave }, given);
    const { errors } = evaluationDetail([one]);
    const [repeat] = errors[0]!.baselines;
    expect(errors[0]!.model).toEqual(repeat!.errors);
    const prepared = prepareData(csv({ y: wave }), settings(given));
    const squares = errors[0]!.model.map((error) => error! * error!);
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    const scored = prepared.scoreDecoded("validation", one.decoded);
    expect(Math.sqrt(mean)).toBeCloseTo(scored["val_rmse_raw"]!, 9);
  });

  it("has windows that end where they say, with what came before and after", () => {
    const { windows } = evaluationDetail([part({ y: wave }, given, (truth) => truth)]);
    expect(windows).toHaveLength(5);
    for (const { origin, past, truth, forecast } of windows) {
      const line = Number(/^line (\d+)$/.exec(origin)![1]);
      // Line 2 of the file is row 0.
      expect(past.at(-1)).toBe(wave[line - 2]);
      expect(truth).toEqual(wave.slice(line - 1, line + 5));
      expect(forecast).toEqual(truth);
    }
  });

  it("shows no row of another series before a window", () => {
    const file = {
      y: [...wave, ...wave.map((value) => value + 1000)],
      g: wave.concat(wave).map((_, i) => (i < 200 ? "a" : "b")),
    };
    const { windows } = evaluationDetail([
      part(file, { ...given, group: "g", split: { train: 0.1, validation: 0.9 } }, (truth) => truth),
    ]);
    for (const { origin, past } of windows) {
      const offset = origin.startsWith("b, ") ? 1000 : 0;
      expect(past.every((value) => value !== null && Math.abs(value - offset) <= 10)).toBe(true);
    }
  });

  it("is a stretch of rows where it looks one step ahead", () => {
    const { windows } = evaluationDetail([part({ y: wave }, { ...given, horizon: 1 }, (truth) => truth + 1)]);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ rolling: true, past: [] });
    expect(windows[0]!.truth).toHaveLength(80);
    expect(windows[0]!.forecast[5]).toBeCloseTo(windows[0]!.truth[5]! + 1, 9);
  });

  it("says of many targets only the first three", () => {
    const columns = Object.fromEntries(
      ["a", "b", "c", "d"].map((name, k) => [name, wave.map((y) => y * (k + 1))]),
    );
    const detail = evaluationDetail([
      part(columns, { ...given, targets: ["a", "b", "c", "d"] }, (truth) => truth),
    ]);
    expect(detail.errors.map(({ target }) => target)).toEqual(["a", "b", "c"]);
    expect(detail.targets).toBe(4);
    expect(detail.windows).toHaveLength(6);
  });

  it("fits through the protocol, also where the model diverged", () => {
    const detail = evaluationDetail([part({ y: wave }, given, () => Number.NaN)]);
    expect(evaluationDetailSchema.parse(JSON.parse(JSON.stringify(detail)))).toEqual(detail);
    expect(detail.errors[0]!.model).toEqual([null, null, null, null, null, null]);
  });
});

describe("what a model of classes predicts", () => {
  const given: Parameters<typeof settings>[0] = {
    layout: "wide",
    task: "multiclass",
    targets: ["label"],
    split: { train: 0.5, validation: 0.5 },
  };
  const labels = count(60).map((i) => ["cat", "dog", "bird"][i % 3]!);
  const columns = { t0: wave.slice(0, 60), t1: wave.slice(1, 61), label: labels };

  it("is counted by true and predicted class: the majority takes everything", () => {
    const one = part(columns, given);
    const [confusion] = evaluationDetail([one]).confusions;
    const { classes, counts } = confusion!;
    expect(classes.toSorted()).toEqual(["bird", "cat", "dog"]);
    expect(counts.flat().reduce((sum, n) => sum + n, 0)).toBe(one.baselines.rows.length);
    // One column only is not empty.
    expect(classes.filter((_, j) => counts.some((row) => row[j]! > 0))).toHaveLength(1);
  });

  it("sums folds by the names of the classes", () => {
    const one = part(columns, given);
    const [alone] = evaluationDetail([one]).confusions;
    const [both] = evaluationDetail([one, one]).confusions;
    expect(both!.counts).toEqual(alone!.counts.map((row) => row.map((n) => 2 * n)));
  });
});

describe("what a model of samples predicts", () => {
  it("is put beside the truth, sample by sample", () => {
    const columns = { t0: wave.slice(0, 60), t1: wave.slice(1, 61), yield: count(60) };
    const { pairs } = evaluationDetail([
      part(
        columns,
        { layout: "wide", targets: ["yield"], split: { train: 0.5, validation: 0.5 } },
        (truth) => truth + 1,
      ),
    ]);
    const [{ target, truth, predicted }] = pairs as [(typeof pairs)[number]];
    expect(target).toBe("yield");
    expect(predicted).toEqual(truth.map((value) => expect.closeTo(value! + 1, 9)));
  });
});
