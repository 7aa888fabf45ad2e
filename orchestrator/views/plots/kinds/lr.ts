import { digits, figure } from "../../numbers.ts";
import { emptyPlot, type Plot, type XyPanel } from "../plot.ts";
import { numberScale, robustScale } from "../scales.ts";
import type { PlotRange } from "../study.ts";

const mostPanels = 9;

/** The loss over the learning rate of every range test, raw and averaged, with each rule's suggestion. */
export function lrPlot(name: string, ranges: readonly PlotRange[]): Plot {
  const heading = "Learning-rate range test";
  const drawable = ranges.filter(({ smoothed }) => smoothed.filter(Number.isFinite).length > 1);
  if (drawable.length === 0) {
    const [first] = ranges;
    const sentence =
      first === undefined
        ? `${name} has done no range test; method: lr_range does them, and range_test: true of the learning rate.`
        : `The range test of ${name} has no curve to draw: ${first.reason ?? "the loss is not a finite number"}.`;
    return emptyPlot("lr", heading, sentence);
  }
  const shown = drawable.slice(0, mostPanels);
  const more = drawable.length - shown.length;
  return {
    kind: "lr",
    heading: shown.length === 1 ? `${heading}: ${shown[0]!.name}` : heading,
    sentence: `${sentenceOf(shown)}${more > 0 ? ` ${more} more tests are in the table.` : ""}`,
    panels: shown.map((range) => panelOf(range, shown.length === 1)),
    legend: [
      { label: "loss of a batch", tone: "muted", mark: "dot" },
      { label: "averaged", tone: "main", mark: "line" },
      { label: "suggestion", tone: "ink", mark: "dashed" },
      ...(shown.some(({ rule }) => rule !== null)
        ? [{ label: "the suggestion that counts", tone: "warn", mark: "dashed" } as const]
        : []),
    ],
    table: {
      columns: ["test", "learning rate", "loss", "averaged loss"],
      rows: drawable.flatMap(({ name: test, rates, losses, smoothed }) =>
        rates.map((rate, i) => [test, rate, finite(losses[i]), finite(smoothed[i])]),
      ),
    },
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function sentenceOf(shown: readonly PlotRange[]): string {
  const [first] = shown;
  if (first === undefined || shown.length > 1) {
    const found = shown.filter(({ suggestions }) => suggestions.length > 0).length;
    return `${shown.length} range tests, each with the learning rate every rule suggests; ${found} have a suggestion.`;
  }
  const { suggestions, rule, reason } = first;
  if (suggestions.length === 0) return `There is no suggestion: ${reason ?? "no rule finds one"}.`;
  const counts = suggestions.find((one) => one.rule === rule) ?? suggestions[0]!;
  return `The rule ${counts.rule} suggests a learning rate of ${figure(counts.rate)}; beyond the least averaged loss training diverges.`;
}

function panelOf(
  { name, rates, losses, smoothed, ceiling, suggestions, rule }: PlotRange,
  alone: boolean,
): XyPanel {
  const averages = smoothed
    .filter((value) => Number.isFinite(value))
    .map((value) => Math.min(value, ceiling));
  const { scale } = robustScale(averages, { all: true });
  const [least, most] = [rates[0]!, rates.at(-1)!];
  const marks: XyPanel["marks"] = [
    {
      kind: "points",
      xs: rates,
      ys: losses.map((loss) => (loss <= scale.high && loss >= scale.low ? loss : Number.NaN)),
      tone: "muted",
      shape: "small",
    },
    { kind: "line", xs: rates, ys: smoothed, tone: "main", look: "strong", name: "averaged loss" },
    ...suggestions.map((one) => ({
      kind: "rule" as const,
      axis: "x" as const,
      at: one.rate,
      tone: one.rule === rule ? ("warn" as const) : ("ink" as const),
      label: `${one.rule} ${digits(one.rate)}`,
    })),
  ];
  return {
    kind: "xy",
    title: alone ? "" : name,
    x: { label: "learning rate", scale: numberScale(least, most > least ? most : least * 10, true, 0) },
    y: { label: "training loss", scale },
    marks,
    outside: "",
  };
}
