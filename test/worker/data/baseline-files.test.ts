import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { predictBaselines } from "../../../worker/data/baselines/baselines.ts";
import { readTable, rowsOf, type Table } from "../../../worker/data/file/table.ts";
import {
  baselineFiles,
  baselineFileSchema,
  predictByBaseline,
  type BaselineFile,
} from "../../../worker/data/forecast/baseline-file.ts";
import type { DataSettings } from "../../../worker/protocol/data-settings.ts";
import { count, csv, dataError, settings } from "./helpers.ts";

/** As it comes back from a file. */
const stored = (file: BaselineFile): BaselineFile =>
  baselineFileSchema.parse(JSON.parse(JSON.stringify(file)));

const firstRows = (table: Table, rows: number): Table => rowsOf(table, Int32Array.from(count(rows)));

function agree(table: Table, given: DataSettings): string[] {
  const { found, rows, outputs } = predictBaselines(table, given, "validation");
  const width = outputs.names.length;
  return baselineFiles(table, given).map((file, b) => {
    const sample = Math.floor(rows.length / 2);
    // The file ends where the forecast begins.
    const said = predictByBaseline(firstRows(table, rows[sample]!), stored(file), { from: "last" });
    const values = said.rows.slice(1).flatMap((row) => row.slice(-given.targets.length).map(Number));
    const expected = found[b]!.decoded.subarray(sample * width, (sample + 1) * width);
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 6);
    return file.name;
  });
}

describe("an exported baseline", () => {
  const rng = rngFor(1, "files");
  const x = count(400).map((i) => Math.sin(i / 4) + 0.2 * rng.normal());
  const y = x.map((_, i) => 3 * (x[i - 1] ?? 0) + (i % 12) + 0.1 * rng.normal());
  const z = count(400).map((i) => i / 10 + rng.normal());
  const table = readTable(csv({ x, y, z }));

  it("forecasts a series from a file as it was scored, with every baseline", () => {
    const given = { horizon: 4, targets: ["y", "z"], season: 12 };
    expect(agree(table, settings(given))).toEqual(["repeat last", "season ago", "drift", "ets", "linear"]);
  });

  it("of a long series looks back no further than its windows do", () => {
    const noise = rngFor(1, "x");
    const driver = count(1200).map(() => noise.normal());
    const driven = driver.map((_, i) => (driver[i - 1] ?? 0) + 0.1 * noise.normal());
    const long = readTable(csv({ x: driver, y: driven }));
    const given = settings({ horizon: 3, targets: ["y"] });
    expect(agree(long, given)).toContain("linear");
    const known = predictBaselines(long, given, "validation");
    const linear = known.found.find(({ name }) => name === "linear")!;
    expect(linear.fitted).toMatchObject({ own: [null], chosen: [0] });
    expect(JSON.stringify(linear.fitted).replace('"own":[null]', "")).not.toContain("null");
  });

  it("of all inputs needs their columns", () => {
    const files = baselineFiles(table, settings({ horizon: 1, targets: ["y"], features: ["x"] }));
    const linear = files.find(({ name }) => name === "linear")!;
    const other = readTable(csv({ y, z }));
    expect(dataError(() => predictByBaseline(other, linear, {})).message).toContain("x");
  });

  it("classifies samples as it was scored", () => {
    const labels = count(60).map((i) => (i % 3 === 0 ? "low" : "high"));
    const columns = Object.fromEntries(
      count(12).map((k) => [
        `t${k}`,
        labels.map((label) => (label === "low" ? 0 : 1) * (k % 4) + rng.normal()),
      ]),
    );
    const samples = readTable(csv({ label: labels, ...columns }));
    const given = settings({ task: "binary", layout: "wide", targets: ["label"] });
    const { found, rows } = predictBaselines(samples, given, "validation");
    const files = baselineFiles(samples, given);
    expect(files.map(({ name }) => name)).toEqual(["majority class", "linear", "random convolutions"]);
    for (const [b, file] of files.entries()) {
      const said = predictByBaseline(samples, stored(file), {}).rows.slice(1);
      for (const [i, row] of rows.entries()) {
        expect(Number(said[row]!.at(-1))).toBeCloseTo(found[b]!.decoded[i]!, 6);
      }
    }
  });

  it("repeats the last class that the file knows", () => {
    const labels = count(90).map((i) => (Math.floor(i / 5) % 2 === 0 ? "calm" : "storm"));
    const classes = readTable(csv({ label: labels, x: count(90) }));
    const given = settings({ task: "binary", targets: ["label"], features: ["x"], window: 4 });
    const last = baselineFiles(classes, given).find(({ name }) => name === "repeat last")!;
    const said = predictByBaseline(firstRows(classes, 63), stored(last), {}).rows;
    expect(said.at(-1)!.at(-2)).toBe(labels[62]);
    const blind = readTable(csv({ x: count(9) }));
    expect(dataError(() => predictByBaseline(blind, last, {})).message).toContain("label");
  });
});
