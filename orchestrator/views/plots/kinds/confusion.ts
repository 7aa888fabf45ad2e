import type { Confusion } from "../../../../worker/protocol/evaluation-detail.ts";
import type { CellsMark, Plot, XyPanel } from "../plot.ts";
import { bandScale } from "../scales.ts";

/** Which classes a model takes for which: true classes in rows, the first at the top. */
export function confusionPlot(heading: string, all: readonly Confusion[]): Plot {
  return {
    kind: "forecast",
    heading,
    sentence: sentenceOf(all),
    panels: all.map((one) => panelOf(one, all.length > 1)),
    ramp: { label: "share of the true class", best: "all", worst: "few" },
    legend: [],
    table: {
      columns: ["target", "true class", "predicted class", "samples"],
      rows: all.flatMap(({ column, classes, counts }) =>
        classes.flatMap((truth, i) => classes.map((said, j) => [column, truth, said, counts[i]![j]!])),
      ),
    },
  };
}

function panelOf({ column, classes, counts }: Confusion, several: boolean): XyPanel {
  const upward = classes.toReversed();
  return {
    kind: "xy",
    title: several ? column : "",
    x: { label: "predicted class", scale: bandScale(classes) },
    y: { label: several ? "true class" : `true ${column}`, scale: bandScale(upward) },
    marks: [cellsOf(counts)],
    outside: "",
  };
}

/** Shades by the share of the true class; an empty cell has none. */
function cellsOf(counts: Confusion["counts"]): CellsMark {
  const upward = counts.toReversed();
  const values = upward.flatMap((row) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (count === 0 ? Number.NaN : 1 - count / all));
  });
  const labels = upward.flatMap((row) => row.map(String));
  return { kind: "cells", columns: counts.length, rows: counts.length, values, labels };
}

function sentenceOf(all: readonly Confusion[]): string {
  const parts = all.map((one) => {
    const { column, classes, counts } = one;
    const total = counts.flat().reduce((sum, count) => sum + count, 0);
    const right = counts.reduce((sum, row, i) => sum + row[i]!, 0);
    const wrong = worst(one);
    const taken =
      wrong === null
        ? ""
        : `; most often ${classes[wrong.truth]} is taken for ${classes[wrong.said]} (${wrong.count} of ${wrong.of})`;
    return `${column}: ${right} of ${total} validation samples are right${taken}`;
  });
  return `${parts.join(". ")}.`;
}

/** The commonest mistake, as a share of the true class. */
function worst({ counts }: Confusion): {
  readonly truth: number;
  readonly said: number;
  readonly count: number;
  readonly of: number;
} | null {
  const mistakes = counts.flatMap((row, truth) => {
    const of = row.reduce((sum, count) => sum + count, 0);
    return row.flatMap((count, said) => (said === truth || count === 0 ? [] : [{ truth, said, count, of }]));
  });
  if (mistakes.length === 0) return null;
  return mistakes.reduce((a, b) => (b.count / b.of > a.count / a.of ? b : a));
}
