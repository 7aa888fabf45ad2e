import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { baselines } from "../../../worker/data/baselines/baselines.ts";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, dataError, sample, settings } from "./helpers.ts";

const rows = 120;
const rng = rngFor(3, "known");
/** Whether a day is a holiday is known; y is 10 on holidays, and noise else. */
const holiday = Array.from(count(rows), () => (rng.next() < 0.3 ? 1 : 0));
const y = holiday.map((is) => Number((10 * is + rng.normal()).toFixed(3)));
const how = settings({
  targets: ["y"],
  window: 4,
  horizon: 3,
  features: ["y"],
  normalise: "none",
  known_future: ["holiday"],
});

describe("columns known in advance", () => {
  it("show a model their values in the rows that it predicts", () => {
    const prepared = prepareData(csv({ y, holiday }), how);
    const { train, features } = prepared;
    expect(features).toEqual(["y", "holiday+1", "holiday+2", "holiday+3"]);
    // The first window holds rows 0 to 3 and predicts rows 4 to 6.
    expect(sample(train, 0).at(-1)).toEqual([Math.fround(y[3]!), holiday[4], holiday[5], holiday[6]]);
    expect(sample(train, 0)[0]!.slice(1)).toEqual([holiday[1], holiday[2], holiday[3]]);
    expect(prepared.rows("validation")[0]).toBe(84);
  });

  it("keep their level where inputs are shown as changes", () => {
    const { train } = prepareData(csv({ y, holiday }), { ...how, inputs: "change" });
    expect(sample(train, 0).at(-1)).toEqual([0, holiday[4], holiday[5], holiday[6]]);
  });

  it("serve the linear baseline as they serve a model", () => {
    const error = (known: readonly string[]): number => {
      const all = { ...how, features: "numeric" as const, known_future: [...known] };
      const found = baselines(csv({ y, holiday }), all, "validation");
      return found.find(({ name }) => name === "linear")!.metrics["val_mse"]!;
    };
    expect(error(["holiday"])).toBeLessThan(error([]) / 4);
  });

  it("are asked for in the rows after the last target of new data, and seen there", () => {
    const { pipeline } = prepareData(csv({ y, holiday }), how);
    const known = ["", "", ""];
    const file = csv({ y: [...y.slice(0, 6), ...known], holiday: holiday.slice(0, 9) });
    const fresh = prepareNewData(file, how, pipeline);
    const { set, samples } = fresh;
    expect(samples).toEqual([{ names: [], line: 7 }]);
    expect(sample(set, 0).at(-1)).toEqual([Math.fround(y[5]!), holiday[6], holiday[7], holiday[8]]);
    expect(fresh.decode(Float32Array.of(1, 2, 3))).toHaveLength(3);
    expect(prepareNewData(file, how, pipeline, { from: "every" }).samples.map(({ line }) => line)).toEqual([
      5, 6, 7,
    ]);
  });

  it("are missed in words where new data has too few of them, or leaves one out", () => {
    const { pipeline } = prepareData(csv({ y, holiday }), how);
    const predict = (file: Uint8Array): string =>
      dataError(() => prepareNewData(file, how, pipeline)).message;
    expect(predict(csv({ y, holiday }))).toBe(
      'the data has 0 rows after its last "y", and the model needs "holiday" in the 3 rows that it predicts: add rows with "holiday" filled in and "y" left empty',
    );
    const last = { y: [...y.slice(0, 6), "", "", ""], holiday: [...holiday.slice(0, 7), "", 1] };
    expect(predict(csv(last))).toContain('line 9, column "holiday", is empty: the model needs it there');
    const past = { y: ["", ...y.slice(1, 6), "", "", ""], holiday: holiday.slice(0, 9) };
    expect(predict(csv(past))).toContain(
      'line 2, column "y", is empty, and the model was trained on complete rows',
    );
    expect(predict(csv({ y }))).toContain('"holiday"');
  });

  it("cannot be the target, nor count rows that are left out, nor be too many", () => {
    const prepare = (given: object): string =>
      dataError(() => prepareData(csv({ y, holiday }), { ...how, ...given })).message;
    expect(prepare({ known_future: ["y"] })).toContain("would give the answer away");
    expect(prepare({ missing: "drop" })).toContain("`missing: drop` leaves rows out");
    expect(prepare({ horizon: 3000 })).toContain("`known_future` gives 3000 inputs");
  });
});

describe("static columns", () => {
  const area = [...Array<number>(60).fill(2), ...Array<number>(60).fill(5)];
  const id = area.map(String);

  it("stay as they are where other inputs are changes or differences", () => {
    const own = settings({
      targets: ["y"],
      group: "id",
      window: 4,
      static: ["area"],
      inputs: "change",
      normalise: "none",
      features: "numeric",
    });
    const { train, features } = prepareData(csv({ y, id, area }), own);
    expect(features).toEqual(["y", "area"]);
    expect(new Set(count(train.starts.length).flatMap((i) => sample(train, i).map((row) => row[1])))).toEqual(
      new Set([2, 5]),
    );
  });

  it("are refused where they change within a series, with the line", () => {
    const own = settings({ targets: ["y"], group: "id", window: 4, static: ["holiday"] });
    expect(dataError(() => prepareData(csv({ y, id, holiday }), own)).message).toMatch(
      /^line \d+, column "holiday", is \d where its series begins with \d: `static` is for columns that never change/,
    );
  });
});
