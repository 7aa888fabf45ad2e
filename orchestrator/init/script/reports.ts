import type { ProgramText } from "./calls.ts";
import type { Language } from "./language.ts";

/** What a program's text says of its reports. */
export interface Reporting {
  /** Keys of the reports that it makes, without `epoch`; `null`: it makes none that seqtune reads. */
  readonly keys: readonly string[] | null;
  /** The metric to rank trials by: reported, else what its words speak of, else a guess. */
  readonly metric: string;
  /** Only a guess: neither a report nor a word of the program names it. */
  readonly guessed: boolean;
}

/**
 * Reads how a program reports (docs/programs.md): lines of JSON with `epoch`, by `json.dumps` or `JSON.stringify`, or `trial.report` of
 * seqtune/trial. A program that only prints words gets the metric that these name, and has to be changed in one line.
 */
export function reportingOf({ calls, strings, records }: ProgramText, asked: string | undefined): Reporting {
  const byTrial = calls.flatMap(({ callee, positional: [, report] }) =>
    callee.endsWith("trial.report") && report?.kind === "record" ? [[...report.entries.keys()]] : [],
  );
  const writesJson = calls.some(({ name, callee }) => name === "dumps" || callee === "JSON.stringify");
  const inJson = writesJson ? records.filter((keys) => keys.includes("epoch") && keys.length > 1) : [];
  const reports = [...byTrial, ...inJson];
  const keys = [...new Set(reports.flat())].filter((key) => key !== "epoch");
  const named = best(keys) ?? best(strings.flatMap(metricsIn));
  return {
    keys: reports.length === 0 ? null : keys,
    metric: asked ?? named ?? "val_loss",
    guessed: asked === undefined && named === null,
  };
}

const word =
  /\b(?:(?:val|valid|validation|dev|test|eval)[ _/-]?)?(?:loss|accuracy|acc|auc|auroc|f1|mse|rmse|mae|mape|smape|perplexity|ppl|error)\b/gi;

/** Metrics that a printed text names, as keys: "Validation loss: {…}" names val_loss. */
function metricsIn(text: string): readonly string[] {
  return [...text.matchAll(word)].map(([found]) =>
    found
      .toLowerCase()
      .replaceAll(/[ /-]/g, "_")
      .replace(/^(?:validation|valid|dev|eval)_?(?=[a-z])/, "val_")
      .replace(/^(val|test)(?=[a-z])/, "$1_"),
  );
}

/** Of the metrics that are named, the one to rank by: of validation before any other, never of the test rows. */
function best(names: readonly string[]): string | null {
  const metrics = names.filter((name) => metricsIn(name).length > 0 && !/^(?:test|train)/.test(name));
  return metrics.find((name) => name.startsWith("val")) ?? metrics[0] ?? null;
}

/** The line to add after each epoch where a program does not report. */
export function reportLine(language: Language, metric: string): string {
  return language === "python"
    ? `print(json.dumps({"epoch": epoch, "${metric}": ${variable(metric)}}), flush=True)  # import json`
    : `console.log(JSON.stringify({ epoch, "${metric}": ${variable(metric)} }));`;
}

function variable(metric: string): string {
  return metric.replaceAll(/\W/g, "_");
}
