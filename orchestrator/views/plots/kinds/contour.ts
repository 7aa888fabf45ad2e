import type { Parameter } from "../../../../search/space.ts";
import { figure, paramText } from "../../numbers.ts";
import { emptyPlot, type CellsMark, type Mark, type Plot, type PointsMark, type Scale } from "../plot.ts";
import { rankRamp, rankTones } from "../ramp.ts";
import { paramAxis, place } from "../scales.ts";
import { ranked, whyNoValue, type PlotStudy, type PlotTrial } from "../study.ts";
import { cellOf, chosenParameters, jitter } from "./params.ts";

export interface ContourOptions {
  /** Two names; default: the two that matter most, or the first two. */
  readonly params?: readonly string[];
  readonly importance?: readonly string[];
}

const columns = 96;
const rows = 72;
/** Below this sum of weights no trial is near. */
const leastWeight = 0.25;

/** The metric over two parameters: shades between the trials, every trial a ring. */
export function contourPlot(study: PlotStudy, options: ContourOptions = {}): Plot {
  const trials = ranked(study);
  const [across, up] = twoOf(study, options);
  const heading =
    across === undefined || up === undefined
      ? `${study.metric} over two parameters`
      : `${study.metric} over ${across.name} and ${up.name}`;
  if (trials.length === 0) return emptyPlot("contour", heading, whyNoValue(study));
  if (across === undefined || up === undefined) {
    const count = chosenParameters(study, undefined, undefined, Infinity).length;
    const sentence = `A contour needs two parameters that vary; ${study.name} has ${count === 0 ? "none" : count}.`;
    return emptyPlot("contour", heading, sentence);
  }
  const both = trials.filter(
    ({ params }) => params[across.name] !== undefined && params[up.name] !== undefined,
  );
  if (both.length === 0) {
    const sentence = `No trial of ${study.name} that has a value has both ${across.name} and ${up.name}.`;
    return emptyPlot("contour", heading, sentence);
  }
  const [x, y] = [paramAxis(across.name, across.domain), paramAxis(up.name, up.domain)];
  const tones = rankTones(study, both);
  const points = both.map((trial) => ({
    trial,
    x: x.at(trial.params[across.name]),
    y: y.at(trial.params[up.name]),
    tone: tones.get(trial.number)!,
  }));
  const best = both.find(({ number }) => tones.get(number) === 0) ?? both[0]!;
  return {
    kind: "contour",
    heading,
    sentence: `Shades are the mean rank of the trials near a place, empty where none is near; the best of ${both.length} rings, ${figure(best.value)}, has ${across.name} ${paramText(best.params[across.name])} and ${up.name} ${paramText(best.params[up.name])}.`,
    panels: [
      {
        kind: "xy",
        title: "",
        x: x.axis,
        y: y.axis,
        marks: marksOf(points, points[both.indexOf(best)]!, x.axis.scale, y.axis.scale),
        outside: "",
      },
    ],
    ramp: rankRamp(study),
    legend: [
      { label: "trial", tone: "ink", mark: "ring" },
      { label: "best", tone: "bad", mark: "cross" },
    ],
    table: {
      columns: ["trial", across.name, up.name, study.metric],
      rows: both.map(({ number, params, value }) => [
        number,
        cellOf(params[across.name]),
        cellOf(params[up.name]),
        value,
      ]),
    },
  };
}

function twoOf(study: PlotStudy, { params, importance }: ContourOptions): readonly (Parameter | undefined)[] {
  return chosenParameters(study, params, importance, 2);
}

interface Point {
  readonly trial: PlotTrial;
  readonly x: number;
  readonly y: number;
  readonly tone: number;
}

/** Shades, a ring for every trial, and a cross for the best. */
function marksOf(points: readonly Point[], best: Point, x: Scale, y: Scale): readonly Mark[] {
  const [xBand, yBand] = [x.kind === "band", y.kind === "band"];
  const placed = (shown: readonly Point[]): Pick<PointsMark, "xs" | "ys" | "trials"> => ({
    xs: shown.map((point) => jitter(point.x, point.trial.number, xBand)),
    ys: shown.map((point) => jitter(point.y, point.trial.number + 7, yBand)),
    trials: shown.map(({ trial }) => trial.number),
  });
  return [
    cellsOf(points, x, y),
    { kind: "points", ...placed(points), tone: "ink", shape: "ring" },
    { kind: "points", ...placed([best]), tone: "bad", shape: "cross" },
  ];
}

/**
 * At each place the mean of the trials' ranks with Gaussian weights of their distance, both axes from 0 to 1, and Scott's
 * bandwidth n^(-1/6) times the deviation of a uniform (Scott 1992, Multivariate Density Estimation, section 6.3.3). On an
 * axis of categories only trials of the same one count.
 */
function cellsOf(points: readonly Point[], x: Scale, y: Scale): CellsMark {
  const size = {
    columns: x.kind === "band" ? x.ticks.length : columns,
    rows: y.kind === "band" ? y.ticks.length : rows,
  };
  const bandwidth = Math.sqrt(1 / 12) * points.length ** (-1 / 6);
  const across = kernelOf(x, size.columns, bandwidth);
  const up = kernelOf(y, size.rows, bandwidth);
  const [weights, sums] = binned(points, x, y, size);
  const [total, ranks] = [weights, sums].map((grid) => smoothed(grid, size, across, up)) as [
    Float64Array,
    Float64Array,
  ];
  const values = Array.from(total, (weight, i) => (weight < leastWeight ? Number.NaN : ranks[i]! / weight));
  return { kind: "cells", ...size, values };
}

interface GridSize {
  readonly columns: number;
  readonly rows: number;
}

/** How much cells `distance` cells apart count for each other; on categories only the same one counts. */
function kernelOf({ kind }: Scale, cells: number, bandwidth: number): Float64Array {
  return Float64Array.from({ length: cells }, (_, distance) =>
    kind === "band" ? Number(distance === 0) : Math.exp(-0.5 * (distance / cells / bandwidth) ** 2),
  );
}

/** How many trials lie in each cell, and the sum of their ranks: thousands of trials take no longer than few. */
function binned(
  points: readonly Point[],
  x: Scale,
  y: Scale,
  { columns: across, rows: up }: GridSize,
): readonly [Float64Array, Float64Array] {
  const [counts, sums] = [new Float64Array(across * up), new Float64Array(across * up)];
  const cellOfPlace = (share: number, cells: number): number =>
    Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
  for (const { x: px, y: py, tone } of points) {
    const [a, b] = [place(x, px), place(y, py)];
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    const cell = cellOfPlace(b, up) * across + cellOfPlace(a, across);
    counts[cell]! += 1;
    sums[cell]! += tone;
  }
  return [counts, sums];
}

/** A grid with both kernels laid over it, one direction after the other. */
function smoothed(
  grid: Float64Array,
  { columns: across, rows: up }: GridSize,
  kernelAcross: Float64Array,
  kernelUp: Float64Array,
): Float64Array {
  const [half, whole] = [new Float64Array(grid.length), new Float64Array(grid.length)];
  for (let row = 0; row < up; row++)
    for (let from = 0; from < across; from++) {
      const value = grid[row * across + from]!;
      if (value === 0) continue;
      for (let to = 0; to < across; to++)
        half[row * across + to]! += value * kernelAcross[Math.abs(to - from)]!;
    }
  for (let from = 0; from < up; from++)
    for (let to = 0; to < up; to++) {
      const weight = kernelUp[Math.abs(to - from)]!;
      if (weight === 0) continue;
      for (let column = 0; column < across; column++)
        whole[to * across + column]! += weight * half[from * across + column]!;
    }
  return whole;
}
