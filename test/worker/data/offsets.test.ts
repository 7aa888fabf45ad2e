import { describe, expect, it } from "vitest";
import { describeData } from "../../../worker/data/summary.ts";
import { count, csv, settings } from "./helpers.ts";

const warned = (stamp: (i: number) => string, more = {}): readonly string[] =>
  describeData(
    csv({ t: count(60).map(stamp), y: count(60).map((i) => (i * i) % 7) }),
    settings({ time: "t", targets: ["y"], window: 3, ...more }),
  ).warnings;

const pad = (i: number): string => String(i).padStart(2, "0");
const hour = (i: number): string => `2022-03-${pad(20 + Math.floor(i / 24))} ${pad(i % 24)}:00`;

describe("times with offsets from UTC", () => {
  it("are said to be read as UTC, with the offsets of the whole file", () => {
    const stamp = (i: number): string => (i < 30 ? `${hour(i)}+01:00` : `${hour(i + 1)}+0200`);
    expect(warned(stamp)).toEqual([
      'the times of column "t" have an offset (+01:00, +02:00) and are read as UTC, so hours, weekdays and the times of forecasts are those of UTC: set `time_zone`, as in Europe/Berlin, to have them of the place',
    ]);
    expect(warned(stamp, { time_zone: "Europe/Berlin" })).toEqual([]);
  });

  it("are not mentioned where they are those of UTC, or dates alone", () => {
    expect(warned((i) => `${hour(i)}Z`)).toEqual([]);
    expect(warned((i) => `${hour(i)}+00:00`)).toEqual([]);
    expect(warned((i) => `2022-${pad(1 + Math.floor(i / 28))}-${pad(1 + (i % 28))}`).join()).not.toContain(
      "offset",
    );
  });
});
