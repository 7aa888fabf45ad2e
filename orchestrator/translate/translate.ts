import { stringify } from "yaml";
import { unsearchableDataSettings } from "../../worker/protocol/data-settings.ts";
import { searchableSettings } from "../../worker/protocol/settings.ts";
import { isMapping } from "../config/check.ts";
import { methods } from "../config/methods.ts";
import { allRankingMetrics, rankingMetrics } from "../config/metrics.ts";
import { asBracket } from "../config/words/bracket.ts";
import { oursFor } from "../config/words/keys.ts";
import { ourMetric, ourValue } from "../config/words/values.ts";
import { translateParameter } from "./parameter.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** Says what a line was, or what could not be kept. */
interface Line {
  readonly text: string;
  readonly comment: string;
}

const known: ReadonlySet<string> = new Set(
  "name description method metric parameters run_cap early_terminate program command project entity controller imageuri job parameters".split(
    " ",
  ),
);

/** Why keys are not kept that have no counterpart. */
const dropped: Readonly<Record<string, string>> = {
  program: "seqtune trains the LSTM itself",
  command: "seqtune trains the LSTM itself",
  project: "studies lie in a database on this machine, by their name",
  entity: "studies lie in a database on this machine, by their name",
  controller: "the coordinator is part of seqtune run",
};

/** A sweep in W&B's form as the text of a sweep file, with a comment for each thing it changed or could not keep. */
export function translateSweep(sweep: Mapping, from: string): string {
  const lines: Line[] = [];
  const lost: string[] = [];
  const keep = (text: string, comment = ""): void => void lines.push({ text, comment });
  if (sweep["name"] !== undefined) keepName(word(sweep["name"]), keep);
  if (typeof sweep["description"] === "string") keep(`description: ${inline(sweep["description"].trim())}`);
  keepMethod(sweep["method"], keep);
  const metric = isMapping(sweep["metric"]) ? sweep["metric"] : {};
  const task = keepMetric(metric, keep);
  const { searched, data, epochs } = parametersOf(sweep["parameters"], lost);
  keep(
    `data: ${inline({ file: "data.csv", targets: ["target"], ...task, ...data })}`,
    "to fill in: a sweep of another tool does not say what it trains on",
  );
  keep("parameters:");
  for (const { text, comment } of searched) keep(`  ${text}`, comment);
  keepBudget(sweep, metric, epochs, keep);
  if (isMapping(sweep["early_terminate"])) {
    keep(
      `early_terminate: ${inline(asBracket(sweep["early_terminate"]))}`,
      `was ${inline(sweep["early_terminate"])}, which is one bracket that stops`,
    );
  }
  for (const key of Object.keys(sweep).filter((one) => !known.has(one) || Object.hasOwn(dropped, one))) {
    lost.push(`${key}: ${inline(sweep[key])}${dropped[key] === undefined ? "" : ` (${dropped[key]})`}`);
  }
  const head = [`# Translated from ${from} by seqtune translate. seqtune check shows what it would do.`];
  const body = lines.map(({ text, comment }) => (comment === "" ? text : `${text} # ${oneLine(comment)}`));
  return [...head, ...body, ...lost.map((one) => `# not kept: ${oneLine(one)}`), ""].join("\n");
}

type Keep = (text: string, comment?: string) => void;

function keepName(name: string, keep: Keep): void {
  const ours =
    name
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 80) || "sweep";
  keep(`name: ${inline(ours)}`, ours === name ? "" : `was ${name}`);
}

function keepMethod(given: unknown, keep: Keep): void {
  const asked = word(given ?? "random");
  const ours = ourValue(asked, Object.keys(methods));
  if (ours === undefined) keep("method: bayes", `was ${asked}, which is not supported`);
  else keep(`method: ${ours}`, ours === asked ? "" : `was ${asked}`);
}

/** Keeps the metric, and returns what `data:` needs for it. */
function keepMetric(metric: Mapping, keep: Keep): Mapping {
  if (metric["name"] === undefined) return {};
  const name = word(metric["name"]);
  const ours = ourMetric(
    name,
    allRankingMetrics.map((one) => one.name),
  );
  if (ours === undefined) {
    keep("# metric: the task's usual one, because there is none like", name);
    return {};
  }
  const { goal } = allRankingMetrics.find((one) => one.name === ours)!;
  const asked = metric["goal"] ?? goal;
  const other = asked === goal ? "" : `; its goal was ${word(asked)}, and ${ours} is to ${goal}`;
  keep(`metric: {name: ${ours}}`, ours === name && other === "" ? "" : `was ${name}${other}`);
  return rankingMetrics("regression").some((one) => one.name === ours) ? {} : { task: "multiclass" };
}

function keepBudget(sweep: Mapping, metric: Mapping, epochs: unknown, keep: Keep): void {
  const rule = isMapping(sweep["early_terminate"]) ? sweep["early_terminate"] : {};
  const budget = {
    trials: typeof sweep["run_cap"] === "number" ? sweep["run_cap"] : 50,
    ...(typeof epochs === "number" ? { epochs } : {}),
    ...(typeof rule["max_iter"] === "number" && epochs === undefined ? { epochs: rule["max_iter"] } : {}),
    ...(typeof metric["target"] === "number" ? { target: metric["target"] } : {}),
  };
  const comment = sweep["run_cap"] === undefined ? "to choose: the other sweep does not end by itself" : "";
  keep(`budget: ${inline(budget)}`, comment);
}

interface Parameters {
  readonly searched: readonly Line[];
  /** Settings of the data with one value. */
  readonly data: Mapping;
  readonly epochs: unknown;
}

function parametersOf(section: unknown, lost: string[]): Parameters {
  const searched = new Map<string, Line>();
  const data: Record<string, unknown> = {};
  let epochs: unknown;
  for (const [path, spec] of flattened(section, [])) {
    const theirs = path.join(".");
    const words = oursFor(path.at(-1) ?? "");
    const single = isMapping(spec) ? spec["value"] : undefined;
    const name = words.find((word) => searchableSettings.includes(word));
    const fixed = words.find((word) => unsearchableDataSettings.has(word));
    if (words.includes("epochs") && single !== undefined) epochs = single;
    else if (name === undefined && fixed !== undefined && single !== undefined) data[fixed] = single;
    else if (name === undefined) lost.push(`${theirs}: ${inline(spec)} (there is no such setting to search)`);
    else if (searched.has(name)) lost.push(`${theirs}: ${inline(spec)} (${name} is there already)`);
    else {
      const translated = translateParameter(name, spec);
      if (!translated.ok) lost.push(`${theirs}: ${inline(spec)} (${translated.reason})`);
      else {
        const comment = [...(name === theirs ? [] : [`was ${theirs}`]), ...translated.changes].join("; ");
        searched.set(name, { text: `${name}: ${inline(translated.spec)}`, comment });
      }
    }
  }
  return { searched: [...searched.values()], data, epochs };
}

/** W&B's parameters may hold groups of parameters. */
function flattened(section: unknown, path: readonly string[]): (readonly [readonly string[], unknown])[] {
  if (!isMapping(section)) return [];
  return Object.entries(section).flatMap(([name, spec]) => {
    const own = [...path, ...name.split(/[./]/)];
    return isMapping(spec) && isMapping(spec["parameters"])
      ? flattened(spec["parameters"], own)
      : [[own, spec] as const];
  });
}

function inline(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trim();
}

/** A single value as a word; anything else as it is written. */
function word(value: unknown): string {
  return typeof value === "string" ? value : inline(value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
