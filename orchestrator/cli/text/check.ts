import { byteSize, digits, duration, figure, percent, roundDuration } from "../../views/numbers.ts";
import type { Span } from "../../views/check/data-check.ts";
import type { DataCheck, SweepCheck } from "../../views/check/sweep-check.ts";
import type { Colors } from "../io.ts";
import { fold } from "./fold.ts";
import { nextCommands } from "./next-commands.ts";
import { renderTable, type Cell, type Column } from "./table.ts";
import { clip, printable } from "../../views/text-width.ts";

export interface CheckStyle {
  readonly columns: number;
  readonly colors: Colors;
  /** The sweep file as the user typed it. */
  readonly file: string;
  /** What the search knows from elsewhere, in a sentence. */
  readonly known: string | null;
}

/** What a sweep would do, for people: all but the baselines. */
export function checkText(check: DataCheck, style: CheckStyle): string {
  const { columns, colors } = style;
  const parts = [
    [colors.bold(`${check.name} can run; nothing was trained`)],
    checkEntries(dataEntries(check), columns, colors),
    splitTable(check, columns, colors),
    checkEntries(
      [...searchEntries(check), ...knownEntries(style), ...modelEntries(check), timeEntry(check)],
      columns,
      colors,
    ),
    check.warnings.flatMap((warning) => fold(`warning: ${printable(warning)}`, columns).map(colors.yellow)),
  ];
  return joined(parts);
}

/** What follows: the baselines, where they are wanted, and what to do next. */
export function checkEndText(check: SweepCheck | null, style: CheckStyle): string {
  return joined([
    check === null ? [] : baselineTable(check, style.columns, style.colors),
    nextCommands([{ command: `run ${style.file}`, about: "train it" }], { ...style, dbHint: "" }),
  ]);
}

function joined(parts: readonly (readonly string[])[]): string {
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

export type Entry = readonly [name: string, text: string];

const nameWidth = 15;

export function checkEntries(list: readonly Entry[], columns: number, colors: Colors): string[] {
  return list.flatMap(([name, text]) =>
    fold(`${name.padEnd(nameWidth)}${printable(text)}`, columns, " ".repeat(nameWidth)).map((line) =>
      line.startsWith(name) ? `${colors.bold(name)}${line.slice(name.length)}` : line,
    ),
  );
}

function dataEntries({ data }: DataCheck): Entry[] {
  const { time } = data;
  const step = time === null || time.step === null ? "" : `, a row every ${roundDuration(time.step)}`;
  const range = time === null ? "" : `, ${time.from} to ${time.to}${step}`;
  const series = data.series > 1 ? `, ${whole(data.series)} ${cutFromRows(data) ? "series" : "samples"}` : "";
  const classes = data.classes.map(({ column, counts }): Entry => {
    const list = counts.map(({ name, count }) => `${clip(name, 24)} ${whole(count)}`);
    return ["classes", `${column} in training: ${list.join(", ")}`];
  });
  return [
    ["data", `${data.file}: ${whole(data.rows)} rows${series}${range}`],
    ["inputs", `${named(data.features)}, from ${spanText(data.window)} rows`],
    ...(data.steps === null ? [] : [["steps", named(data.steps)] as const]),
    ["outputs", named(data.outputs)],
    ...classes,
    ...foldEntries(data),
  ];
}

function foldEntries(data: DataCheck["data"]): Entry[] {
  if (data.folds === null) return [];
  const { count, train } = data.folds;
  const unit = cutFromRows(data) ? "rows" : "samples";
  return [["folds", `${count}: training ${unit} ${spanText(train)}; the split below is that of the last`]];
}

function named(names: readonly string[]): string {
  const shown = names.length > 8 ? [...names.slice(0, 6), "…", names.at(-1)!] : names;
  return `${names.length} (${shown.map((name) => clip(name, 24)).join(", ")})`;
}

function splitTable({ data }: DataCheck, columns: number, colors: Colors): readonly string[] {
  const { parts } = data;
  const heads: readonly Column[] = [
    { head: "split" },
    ...(cutFromRows(data) ? [{ head: "rows", align: "right" } as const] : []),
    { head: cutFromRows(data) ? "windows" : "samples", align: "right" },
    ...(data.time === null
      ? []
      : [
          { head: "from", optional: true },
          { head: "to", optional: true },
        ]),
  ];
  const rows = (["train", "validation", "test"] as const).map((name): Cell[] => {
    const { rows: count, samples, from = "", to = "" } = parts[name];
    const times = data.time === null ? [] : [from, to];
    const texts = [name, ...(count === undefined ? [] : [whole(count)]), spanText(samples), ...times];
    return texts.map((text) => ({ text }));
  });
  return renderTable(heads, rows, columns, colors.bold).lines;
}

/** Windows are cut from the rows of series; otherwise the file has whole samples. */
function cutFromRows({ parts }: DataCheck["data"]): boolean {
  return parts.train.rows !== undefined;
}

function baselineTable(check: SweepCheck, columns: number, colors: Colors): readonly string[] {
  if (check.baselines.every(({ value }) => value === null)) return [];
  const heads: readonly Column[] = [
    { head: "baseline" },
    { head: check.metric, align: "right" },
    { head: "skill", align: "right" },
  ];
  const rows = check.baselines.map(({ name, value, skill }): Cell[] =>
    [name, digits(value), percent(skill)].map((text) => ({ text })),
  );
  const direction = check.goal === "minimize" ? "lower" : "higher";
  return [
    ...renderTable(heads, rows, columns, colors.bold).lines,
    colors.dim(`on the validation rows; ${direction} is better`),
  ];
}

export function searchEntries({ search }: Pick<DataCheck, "search">): Entry[] {
  const { parameters, size, trials, epochs, unit, wallTimeMs, target, pruners, repeats } = search;
  const method = methodText(search);
  const space = size === null ? "a continuous space" : counted(size, "configuration");
  const ends = [
    ...(trials === null ? [] : [`after ${counted(trials, "trial")}`]),
    ...(search.method === "grid" ? ["when every configuration is done"] : []),
    ...(wallTimeMs === null ? [] : [`after ${roundDuration(wallTimeMs)}`]),
    ...(target === null ? [] : [`at ${figure(target)}`]),
  ];
  const rules = pruners.map((rule) => ruleText(rule)).join("; ");
  return [
    [
      "search",
      parameters === 0
        ? `${method}, one configuration: no parameter has more than one value`
        : `${method} over ${counted(parameters, "parameter")}, ${space}`,
    ],
    ["ends", ends.join(", or ")],
    [
      "a trial",
      unit === "step"
        ? `a range test of ${counted(epochs, "step")}`
        : `at most ${counted(epochs, "epoch")}; stopped early by ${rules === "" ? "no rule" : rules}`,
    ],
    ...(repeats === null ? [] : [repeatsEntry(repeats)]),
    ["workers", `${search.workers} on this machine, engine ${search.engine}`],
  ];
}

/** `bayes: gp (few trials and parameters)`, as the sweep says it when it starts. */
function methodText({ method, model }: DataCheck["search"]): string {
  return model === null ? method : `${method}: ${model.name} (${model.reason})`;
}

function repeatsEntry({ top, seeds }: NonNullable<SweepCheck["search"]["repeats"]>): Entry {
  const best = top === 1 ? "the best is" : `the best ${whole(top)} are`;
  const times = seeds === 1 ? "with another seed" : `up to ${whole(seeds)} times each with other seeds`;
  const most = counted(top * seeds, "more training");
  return ["repeats", `then ${best} trained again ${times}: at most ${most}`];
}

function ruleText({ type, ...settings }: Readonly<Record<string, unknown>>): string {
  const list = Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`);
  return `${String(type)}${list.length === 0 ? "" : ` (${list.join(", ")})`}`;
}

function knownEntries({ known }: CheckStyle): Entry[] {
  return known === null ? [] : [["known", known]];
}

function modelEntries({ largestModel, dataBytes, hidden }: DataCheck): Entry[] {
  const { parameters, hidden: units, bytes, batch } = largestModel;
  const shape = units.length === 0 ? "linear" : `hidden ${units.join(", ")}`;
  const memory =
    `about ${byteSize(bytes)} to train (4 numbers a weight, and every step of a batch of ${whole(batch)} for the way back), ` +
    `${byteSize(dataBytes)} for the data; besides, what Node and the engine take`;
  const advice = hidden.advice.map(({ rule, units: most }) => `${most}: ${rule}`).join("; ");
  return [
    ["largest model", `${whole(parameters)} weights (${shape}); a worker needs ${memory}`],
    [
      "hidden units",
      `${advice}; over-fitting is likely above ${whole(hidden.bound.strict)} to ${whole(hidden.bound.loose)}`,
    ],
  ];
}

function timeEntry({ time, search: { wallTimeMs, repeats } }: DataCheck): Entry {
  if (time === null) return ["time", "open: it runs until the time of the budget is over"];
  const limited = wallTimeMs !== null && time.most >= wallTimeMs;
  const most = limited ? `the ${roundDuration(wallTimeMs)} of the budget` : duration(time.most);
  return [
    "time",
    `very roughly ${duration(time.least)} to ${most} if no trial is stopped early${repeats === null ? "" : ", repeats not counted"} ` +
      "(counted from the models' sizes for the fused engine on this machine; the first trials tell better)",
  ];
}

function spanText({ least, most }: Span): string {
  return least === most ? whole(least) : `${whole(least)} to ${whole(most)}`;
}

function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Digits in groups of three; Node's own way of it takes 20 ms the first time. */
function whole(value: number): string {
  return Number.isSafeInteger(value)
    ? String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",")
    : value.toLocaleString("en");
}
