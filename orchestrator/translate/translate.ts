import { unsearchableDataSettings } from "../../worker/protocol/data-settings.ts";
import { searchableSettings } from "../../worker/protocol/settings.ts";
import { isMapping } from "../config/check.ts";
import { allRankingMetrics, rankingMetrics } from "../config/metrics.ts";
import { oursFor } from "../config/words/keys.ts";
import { ourMetric } from "../config/words/values.ts";
import type { ForeignSweep, Line, Mapping } from "./foreign.ts";
import {
  flattened,
  inline,
  keepBudget,
  keepHead,
  keepRule,
  sweepKeys,
  word,
  written,
  type Keep,
} from "./lines.ts";
import { ofSetting, translateParameter } from "./parameter.ts";

const known: ReadonlySet<string> = new Set(sweepKeys);

/** Why keys are not kept that have no counterpart. */
const dropped: Readonly<Record<string, string>> = {
  program: "seqtune trains the model itself",
  command: "seqtune trains the model itself",
  project: "studies are kept in a database on this machine, by name",
  entity: "studies are kept in a database on this machine, by name",
  controller: "the coordinator is part of seqtune run",
};

/** A sweep of another tool as the text of a sweep file that trains a model of ours, with a comment for each thing it changed or could not keep. */
export function translateSweep(foreign: ForeignSweep, from: string): string {
  const { sweep } = foreign;
  const lines: Line[] = [];
  const lost: string[] = [];
  const keep = (text: string, comment = ""): void => void lines.push({ text, comment });
  keepHead(sweep, keep);
  const metric = isMapping(sweep["metric"]) ? sweep["metric"] : {};
  const task = keepMetric(metric, keep);
  const { searched, data, epochs } = parametersOf(sweep["parameters"], lost);
  keep(
    `data: ${inline({ file: "data.csv", targets: ["target"], ...task, ...data })}`,
    "to fill in: a sweep of another tool does not say what it trains on",
  );
  keep("parameters:");
  for (const { text, comment } of searched) keep(`  ${text}`, comment);
  keepBudget(foreign, epochs, keep);
  keepRule(sweep["early_terminate"], keep);
  for (const { text, comment } of foreign.more) keep(text, comment);
  for (const key of Object.keys(sweep).filter((one) => !known.has(one) || Object.hasOwn(dropped, one))) {
    lost.push(`${key}: ${inline(sweep[key])}${dropped[key] === undefined ? "" : ` (${dropped[key]})`}`);
  }
  const command = foreign.program?.section["command"];
  if (command !== undefined && !("program" in sweep || "command" in sweep))
    lost.push(`program: ${inline(command)} (${dropped["program"]})`);
  return written(from, lines, [...lost, ...foreign.lost]);
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
      const translated = translateParameter(spec, ofSetting(name));
      if (!translated.ok) lost.push(`${theirs}: ${inline(spec)} (${translated.reason})`);
      else {
        const comment = [...(name === theirs ? [] : [`was ${theirs}`]), ...translated.changes].join("; ");
        searched.set(name, { text: `${name}: ${inline(translated.spec)}`, comment });
      }
    }
  }
  return { searched: [...searched.values()], data, epochs };
}
