import { unitOf } from "../../lr-range/metric.ts";
import { byteSize, digits, duration, figure, paramText, percent } from "../../views/numbers.ts";
import type { AttemptRow, CurvePoint, TrialView } from "../../views/trial.ts";
import type { Colors } from "../io.ts";
import { goalsOfTrial } from "./board-goals.ts";
import { curvePlot, type PlotSeries } from "./curve-plot.ts";
import { fold } from "./fold.ts";
import { renderTable, type Cell, type Column } from "./table.ts";
import { printable } from "../../views/text-width.ts";

export interface TrialStyle {
  readonly columns: number;
  readonly colors: Colors;
}

/** Everything about one trial for people. */
export function trialText(view: TrialView, style: TrialStyle): string {
  const parts = [
    headLines(view, style),
    paramLines(view, style),
    curveLines(view, style),
    metricLines(view, style),
    attemptLines(view, style),
    testLines(view, style),
    noteLines(view, style),
    logLines(view, style),
    modelLines(view, style),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function headLines(view: TrialView, { columns, colors }: TrialStyle): string[] {
  const title = `${view.study}, trial ${view.number}`;
  const epochs = `${view.epochs} of ${view.maxEpochs} ${unitOf(view.metric)}s`;
  const why = view.reason === null ? "" : `: ${printable(view.reason)}`;
  const lines = [
    ...fold(`${title}  ${view.outcome} after ${epochs}${why}`, columns),
    ...fold(valueLine(view), columns),
    ...goalsOfTrial(view).flatMap((text) => fold(text, columns)),
  ];
  if (view.origin !== null)
    lines.push(...fold(`chosen by: ${printable(view.origin)}`, columns).map(colors.dim));
  return lines.map((line, index) => (index === 0 ? line.replace(title, colors.bold(title)) : line));
}

function valueLine({ metric, value, bestEpoch, lastValue, skill, baseline }: TrialView): string {
  if (value === null) return `no ${metric}`;
  const against =
    baseline === null ? "" : `, skill ${percent(skill)} against ${baseline.name} (${figure(baseline.value)})`;
  const last = lastValue === null ? "not finite" : figure(lastValue);
  const unit = unitOf(metric);
  return `${metric} ${figure(value)} at ${unit} ${bestEpoch ?? "?"}${against}; ${last} at the last ${unit}`;
}

function paramLines({ params }: TrialView, { columns, colors }: TrialStyle): string[] {
  const entries = Object.entries(params);
  if (entries.length === 0) return [];
  const width = entries.reduce((most, [name]) => Math.max(most, name.length), 0);
  const indent = " ".repeat(width + 4);
  return [
    colors.bold("parameters"),
    ...entries.flatMap(([name, value]) => {
      const [first, ...rest] = fold(
        `  ${name.padEnd(width)}  ${printable(paramText(value))}`,
        columns,
        indent,
      );
      return [first!, ...rest];
    }),
  ];
}

function curveLines(view: TrialView, { columns, colors }: TrialStyle): string[] {
  if (view.curve.length === 0) return [];
  const hasLoss = view.curve.some(({ metrics }) => "val_loss" in metrics);
  const validation = hasLoss
    ? series("validation loss", view.curve, ({ metrics }) => metrics["val_loss"])
    : series(view.metric, view.curve, ({ value }) => value);
  const hasTraining = hasLoss && view.curve.some(({ metrics }) => "train_loss" in metrics);
  const training = series("training loss", view.curve, ({ metrics }) => metrics["train_loss"]);
  const plot = curvePlot(validation, hasTraining ? training : null, {
    columns,
    colors,
    unit: unitOf(view.metric),
    bestEpoch: view.bestEpoch,
  });
  return [colors.bold("curve"), ...plot];
}

function series(
  name: string,
  curve: readonly CurvePoint[],
  read: (point: CurvePoint) => number | null | undefined,
): PlotSeries {
  const values: (number | null | undefined)[] = Array.from({ length: curve.at(-1)?.epoch ?? 0 });
  for (const point of curve) values[point.epoch - 1] = read(point);
  return { name, values };
}

function metricLines({ curve, bestEpoch, metric }: TrialView, { columns, colors }: TrialStyle): string[] {
  const last = curve.at(-1);
  if (last === undefined) return [];
  const best = curve.find(({ epoch }) => epoch === bestEpoch);
  const points = best === undefined || best === last ? [last] : [best, last];
  const heads: Column[] = points.map((point) => ({
    head: `${point === best ? "best" : "last"}, ${unitOf(metric)} ${point.epoch}`,
    align: "right",
  }));
  const names = [...new Set(points.flatMap(({ metrics }) => Object.keys(metrics)))];
  const rows = names.map((name): Cell[] => [
    { text: name },
    ...points.map(({ metrics }) => ({ text: metricText(metrics[name]) })),
  ]);
  return [...renderTable([{ head: "metrics" }, ...heads], rows, columns, colors.bold).lines];
}

function metricText(value: number | null | undefined): string {
  if (value === undefined) return "";
  return value === null ? "not finite" : digits(value);
}

function attemptColumns(metric: string): readonly Column[] {
  return [
    { head: "attempt", align: "right" },
    { head: "state" },
    { head: `${unitOf(metric)}s`, align: "right" },
    { head: "time", align: "right" },
    { head: "worker" },
    { head: "engine", optional: true },
  ];
}

function attemptLines({ attempts, curve, metric }: TrialView, { columns, colors }: TrialStyle): string[] {
  if (attempts.length === 0) return [];
  const table = renderTable(
    attemptColumns(metric),
    attempts.map((row) => attemptCells(row, curve)),
    columns,
    colors.bold,
  );
  const reasons = attempts.flatMap(({ attempt, reason }) =>
    reason === null ? [] : fold(`attempt ${attempt}: ${printable(reason)}`, columns),
  );
  return [...table.lines, ...reasons.map(colors.dim)];
}

function attemptCells(row: AttemptRow, curve: TrialView["curve"]): Cell[] {
  const { startedAt, endedAt } = row;
  const time = startedAt === null || endedAt === null ? "" : duration(Math.max(0, endedAt - startedAt));
  return [
    String(row.attempt),
    row.state.replace("_", " "),
    epochsOf(row, curve),
    time,
    row.worker ?? "",
    row.engine ?? "",
  ].map((text) => ({ text }));
}

/** Epochs of the curve that this attempt made, of those it was to reach. */
function epochsOf({ attempt, fromEpoch, toEpoch }: AttemptRow, curve: TrialView["curve"]): string {
  const last = curve.findLast((point) => point.attempt === attempt)?.epoch;
  return last === undefined ? `none of ${toEpoch}` : `${fromEpoch + 1} to ${last} of ${toEpoch}`;
}

function isTest({ split }: TrialView["evaluations"][number]): boolean {
  return split === "test";
}

function testLines({ evaluations }: TrialView, { columns, colors }: TrialStyle): string[] {
  return evaluations.filter(isTest).flatMap(({ split, metrics, windows }) => {
    const numbers = Object.entries(metrics).map(([name, value]) => `${name} ${figure(value)}`);
    const text = `on ${windows} ${split} windows (seqtune evaluate): ${numbers.join(", ")}`;
    return fold(text, columns).map((line, index) => (index === 0 ? line : colors.dim(line)));
  });
}

function noteLines({ log }: TrialView, { columns, colors }: TrialStyle): string[] {
  if (log === null) return [];
  return log.notes.flatMap((note) => fold(`note: ${printable(note)}`, columns).map(colors.yellow));
}

function logLines({ log }: TrialView, { colors }: TrialStyle): string[] {
  if (log === null || log.lines.length === 0) return [];
  return [
    colors.bold(`what attempt ${log.attempt} printed last`),
    ...log.lines.map((line) => colors.dim(`  ${printable(line)}`)),
  ];
}

function modelLines({ model, log }: TrialView, { columns, colors }: TrialStyle): string[] {
  if (model === null) return [];
  if (log !== null) {
    const where =
      model.file === null
        ? "was not kept: only that of the best trials is"
        : `(${byteSize(model.bytes)}): seqtune export`;
    return fold(`its output folder ${where}`, columns).map(colors.dim);
  }
  const text =
    model.file === null
      ? `the weights of epoch ${model.epoch} were not kept: only those of the best trials are`
      : `weights of epoch ${model.epoch} (safetensors, ${byteSize(model.bytes)}): ${model.file}`;
  return fold(text, columns).map(colors.dim);
}
