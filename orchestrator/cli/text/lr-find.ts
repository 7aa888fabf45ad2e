import type { Suggestion } from "../../../search/lr-range/analyse.ts";
import { defaultRule, rangeRules, type RuleName } from "../../../search/lr-range/rules.ts";
import type { Params } from "../../../search/space.ts";
import type { RangeFinding } from "../../lr-range/find-rate.ts";
import { digits, figure } from "../../views/numbers.ts";
import { paramLine } from "../../views/params.ts";
import type { Colors } from "../io.ts";
import { fold } from "./fold.ts";
import { rangePlot } from "./lr-plot.ts";
import { renderTable, type Cell } from "./table.ts";

export interface LrFindView extends RangeFinding {
  readonly name: string;
  readonly metric: string;
  readonly params: Params;
  readonly rule: RuleName;
}

interface Style {
  readonly columns: number;
  readonly colors: Colors;
}

/** The curve of a range test, what each rule makes of it, and which one to take. */
export function lrFindText(view: LrFindView, style: Style): string {
  const { suggestions } = view.analysis;
  const marks = suggestions.flatMap(({ rate }, index) =>
    rate === null ? [] : [{ letter: letterOf(index), rate }],
  );
  const parts = [
    headLines(view, style),
    rangePlot(view.analysis, marks, style.columns),
    tableLines(view, style),
    adviceLines(view, style),
  ];
  return parts.map((part) => part.join("\n")).join("\n\n");
}

function headLines({ name, params, settings, analysis }: LrFindView, { columns, colors }: Style): string[] {
  const { layers, hidden, optimizer, batch_size } = settings.model;
  const model = layers === 0 ? "a linear model" : `${layers} × ${String(hidden)}`;
  const others = paramLine(params);
  const title = fold(`${name}  ${model}, ${optimizer}, batches of ${batch_size}`, columns);
  return [
    ...title.map((line, index) => (index === 0 ? line.replace(name, colors.bold(name)) : line)),
    ...(others === "" ? [] : fold(`searched settings at: ${others}`, columns).map(colors.dim)),
    ...fold(endWords(analysis), columns),
  ];
}

function endWords({ points, divergedAt }: RangeFinding["analysis"]): string {
  const first = figure(points[0]?.rate ?? null);
  const last = figure(points.at(-1)?.rate ?? null);
  const steps = `${points.length} steps, learning rate ${first} to ${last}`;
  return divergedAt === null ? `${steps}; the loss did not diverge` : `${steps}, where the loss diverged`;
}

function tableLines(view: LrFindView, { columns, colors }: Style): readonly string[] {
  const { suggestions } = view.analysis;
  const reasons = new Set(suggestions.map((one) => (one.rate === null ? one.reason : "")));
  const [same] = reasons;
  if (reasons.size === 1 && same !== undefined && same !== "")
    return fold(`no suggestion by any rule: ${same}`, columns);
  const validated = view.validations.length > 0;
  const heads = [
    { head: "" },
    { head: "rule" },
    { head: "learning rate", align: "right" as const },
    ...(validated ? [{ head: view.metric, align: "right" as const }] : []),
    { head: "what it takes", optional: true },
  ];
  const rows = suggestions.map((suggestion, index): Cell[] => {
    const chosen = suggestion.rule === view.rule;
    const style = chosen ? { style: colors.bold } : {};
    return [
      { text: suggestion.rate === null ? "" : letterOf(index), ...style },
      { text: suggestion.rule + (suggestion.rule === defaultRule ? " (default)" : ""), ...style },
      { text: suggestion.rate === null ? "none" : digits(suggestion.rate), ...style },
      ...(validated ? [{ text: validatedText(view, suggestion), ...style }] : []),
      { text: rangeRules[suggestion.rule].about },
    ];
  });
  const none = suggestions.flatMap((one) =>
    one.rate === null ? fold(`${one.rule}: ${one.reason}`, columns) : [],
  );
  return [...renderTable(heads, rows, columns, colors.bold).lines, ...none.map(colors.dim)];
}

function validatedText({ validations }: LrFindView, { rate }: Suggestion): string {
  const validation = validations.find((one) => one.rate === rate);
  if (validation === undefined) return "";
  return validation.value === null ? "diverged" : digits(validation.value);
}

function adviceLines({ analysis, rule }: LrFindView, { columns }: Style): string[] {
  const chosen = analysis.suggestions.find((one) => one.rule === rule);
  if (chosen === undefined || chosen.rate === null)
    return fold(`${rule} has no suggestion here: search the learning rate over its whole range.`, columns);
  const why =
    rule === defaultRule
      ? `${rule} is the default because it held up best over data sets and optimizers (docs/lr-range.md)`
      : `${rule} was asked for; the default is ${defaultRule} (docs/lr-range.md)`;
  const range = `learning_rate: {min: ${short(chosen.rate / 10)}, max: ${short(chosen.rate * 10)}, distribution: log_uniform}`;
  return [
    ...fold(`${why}. A range test narrows the search and does not replace it; in a sweep:`, columns),
    `  ${range}`,
  ];
}

function short(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}

function letterOf(index: number): string {
  return String.fromCodePoint(0x41 + index);
}
