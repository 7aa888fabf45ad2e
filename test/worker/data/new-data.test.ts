import { describe, expect, it } from "vitest";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import { pipelineSchema } from "../../../worker/data/inputs/pipeline.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, dataError, sample, settings } from "./helpers.ts";

const wave = (i: number): number => Math.round(100 * Math.sin(i)) / 10 + i;
const rows = count(30);
const columns = (picked: number[]) => ({
  t: picked.map((i) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)),
  wind: picked.map((i) => ["N", "S", "E"][i % 3]!),
  x: picked.map((i) => i * i),
  y: picked.map(wave),
});

describe("new data for a trained model", () => {
  const given = settings({
    time: "t",
    targets: ["y"],
    categorical: ["wind"],
    calendar: ["weekday"],
    window: 4,
    horizon: 2,
    difference: 1,
    predict: "change",
    split: { train: 16, validation: 10 },
  });
  const trained = prepareData(csv(columns(rows)), given);
  const pipeline = pipelineSchema.parse(JSON.parse(JSON.stringify(trained.pipeline)));

  it("gives the model the same inputs as in training, from a stored pipeline, and measures from the same values", () => {
    // The rows up to 20 only, as they were known when the window of validation row 20 ended.
    const fresh = prepareNewData(csv(columns(count(20))), given, pipeline);
    expect(fresh.outputs).toEqual(["y+1", "y+2"]);
    expect(fresh.samples).toEqual([{ names: [], line: 21, time: Date.UTC(2020, 0, 20) }]);
    expect(fresh.paces).toEqual([{ kind: "steady", milliseconds: 86_400_000 }]);
    const at = 20 - 16;
    expect(sample(fresh.set, 0)).toEqual(sample(trained.validation, at));
    const truth = trained.validation.targets.subarray(2 * at, 2 * at + 2);
    const forecast = fresh.decode(Float32Array.from(truth));
    expect(forecast[0]).toBeCloseTo(wave(20), 4);
    expect(forecast[1]).toBeCloseTo(wave(21), 4);
  });

  it("predicts after every row that has a window, when asked", () => {
    const fresh = prepareNewData(csv(columns(count(20))), given, pipeline, { from: "every" });
    expect(fresh.samples.map(({ line }) => line)).toEqual(count(16, 6));
  });

  it("looks at no other column of the new file", () => {
    const { t, wind, x, y } = columns(count(20));
    const file = csv({ extra: count(20), t, note: t.map(() => "n/a"), wind, x, y });
    expect(prepareNewData(file, given, pipeline).set.values).toEqual(
      prepareNewData(csv(columns(count(20))), given, pipeline).set.values,
    );
  });

  it("warns of categories that training never saw, in the rows that the model sees", () => {
    const known = columns(count(20));
    const wind = known.wind.map((name, i) => (i < 14 ? "W" : i === 18 ? "gale" : name));
    const file = csv({ ...known, wind });
    expect(prepareNewData(csv(known), given, pipeline).warnings).toEqual([]);
    expect(prepareNewData(file, given, pipeline).warnings).toEqual([
      '1 row holds values of "wind" that the training rows do not have ("gale"): all its inputs are 0 there',
    ]);
    expect(prepareNewData(file, given, pipeline, { from: "every" }).warnings[0]).toMatch(/^15 rows hold/);
    const other = { kind: "level", column: "wind", level: "gale" } as const;
    const both = [...pipeline.features, other];
    expect(prepareNewData(file, given, pipeline, { known: both }).warnings).toEqual([]);
  });

  it("says of a missing value what can be done about it without the sweep", () => {
    const known = columns(count(20));
    const x = known.x.map((value, i) => (i === 4 ? "NA" : value));
    expect(dataError(() => prepareNewData(csv({ ...known, x }), given, pipeline)).message).toBe(
      '1 value of column "x" is missing, the first on line 6, and the model was trained on complete rows: fill them in or remove those rows, or train a model with `missing` set',
    );
    const forward = { ...given, missing: "ffill" } as const;
    expect(prepareNewData(csv({ ...known, x }), forward, pipeline).samples).toHaveLength(1);
  });

  it("refuses too few rows, or a file without a column", () => {
    expect(dataError(() => prepareNewData(csv(columns(count(4))), given, pipeline)).message).toContain(
      "the data has 3 input rows, fewer than the 4 that the model looks at",
    );
    const { t, wind, y } = columns(rows);
    expect(dataError(() => prepareNewData(csv({ t, wind, y }), given, pipeline)).message).toContain(
      'names the column "x", which the file does not have',
    );
  });
});

describe("new samples for a trained classifier", () => {
  const long = settings({
    task: "multiclass",
    layout: "long",
    series_id: "id",
    targets: ["label"],
    derive: ["delta", "position"],
    split: { train: 4, validation: 2 },
  });
  const id = ["a", "a", "b", "b", "b", "c", "c", "d", "e", "e", "f"];
  const label = ["p", "p", "q", "q", "q", "p", "p", "q", "p", "p", "q"];
  const trained = prepareData(csv({ id, label, v: count(11) }), long);

  it("need no label, may be shorter or longer than those of training", () => {
    const fresh = prepareNewData(
      csv({ id: ["x", "y", "y", "y", "y"], v: [0, 1, 2, 3, 4] }),
      long,
      trained.pipeline,
    );
    expect(fresh.outputs).toEqual(["label=p", "label=q"]);
    expect(fresh.samples).toEqual([
      { names: ["x"], line: 2 },
      { names: ["y"], line: 6 },
    ]);
    expect(Array.from(fresh.set.lengths!)).toEqual([1, 3]);
    expect(fresh.set).toMatchObject({ window: 3, outputs: 2, classes: ["p", "q"] });
    expect(sample(fresh.set, 1)).toEqual(
      [2, 3, 4].map((v, step) => [
        expect.closeTo(sample(trained.train, 0)[0]![0]! + v * stepOf(), 5),
        ...sample(trained.train, 1)[step]!.slice(1), // also a sample of three steps that rises by one
      ]),
    );
  });

  it("are looked at for categories that training never saw", () => {
    const wind = label.map((name) => (name === "p" ? "N" : "S"));
    const categorical = { ...long, categorical: ["wind"] };
    const { pipeline } = prepareData(csv({ id, label, wind, v: count(11) }), categorical);
    const fresh = csv({ id: ["x", "y", "y"], wind: ["E", "N", "W"], v: [0, 1, 2] });
    expect(prepareNewData(fresh, categorical, pipeline).warnings).toEqual([
      '2 rows hold values of "wind" that the training rows do not have ("E"): all its inputs are 0 there',
    ]);
  });

  const stepOf = (): number => sample(trained.train, 0)[1]![0]! - sample(trained.train, 0)[0]![0]!;
});
