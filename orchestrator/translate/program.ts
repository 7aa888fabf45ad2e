import { isMapping } from "../config/check.ts";
import { isProgramParameter } from "../config/program.ts";
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
import type { ForeignProgram, ForeignSweep, Line } from "./foreign.ts";
import { ofProgram, translateParameter } from "./parameter.ts";

const known: ReadonlySet<string> = new Set(sweepKeys);

/** A sweep of another tool as the text of a sweep file that runs the same program, with a comment for each thing it changed or could not keep. */
export function translateProgram(foreign: ForeignSweep, program: ForeignProgram, from: string): string {
  const { sweep } = foreign;
  const lines: Line[] = [];
  const lost: string[] = [];
  const keep: Keep = (text, comment = "") => void lines.push({ text, comment });
  keepHead(sweep, keep);
  const { searched, epochs } = parametersOf(sweep["parameters"], lost);
  keep(`program: ${inline(program.section)}`, program.said.join("; "));
  const metric = isMapping(sweep["metric"]) ? sweep["metric"] : {};
  const name = metric["name"] === undefined ? "val_loss" : word(metric["name"]);
  keep(
    `metric: ${inline({ name, goal: metric["goal"] ?? "minimize" })}`,
    `to do: for each epoch the program prints a line such as {"epoch": 1, "${name}": 0.21}`,
  );
  keep("parameters:");
  for (const { text, comment } of searched.values()) keep(`  ${text}`, comment);
  keepBudget(foreign, epochs, keep);
  keepRule(sweep["early_terminate"], keep);
  for (const { text, comment } of foreign.more) keep(text, comment);
  for (const key of Object.keys(sweep).filter((one) => !known.has(one)))
    lost.push(`${key}: ${inline(sweep[key])}`);
  return written(from, lines, [...lost, ...foreign.lost]);
}

interface Parameters {
  readonly searched: ReadonlyMap<string, Line>;
  /** Where one value says how long a trial is. */
  readonly epochs: unknown;
}

const forEpochs = new Set(["epochs", "num_epochs", "n_epochs", "max_epochs"]);

function parametersOf(section: unknown, lost: string[]): Parameters {
  const searched = new Map<string, Line>();
  let epochs: unknown;
  for (const [path, spec] of flattened(section, [])) {
    const name = path.join(".");
    if (forEpochs.has(name) && isMapping(spec)) epochs = spec["value"];
    const translated = translateParameter(spec, ofProgram(name));
    if (!translated.ok) lost.push(`${name}: ${inline(spec)} (${translated.reason})`);
    else if (!isProgramParameter(name))
      lost.push(`${name}: ${inline(spec)} (a name is letters, digits, dots, - and _, at most 60 characters)`);
    else {
      const grouped = path.length > 1 ? [`comes as --${name}=…`] : [];
      const comment = [...grouped, ...translated.changes].join("; ");
      searched.set(name, { text: `${name}: ${inline(translated.spec)}`, comment });
    }
  }
  return { searched, epochs };
}
