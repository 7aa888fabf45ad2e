import { isMapping } from "../config/check.ts";
import { durationSchema } from "../config/duration.ts";
import type { ForeignProgram, ForeignSweep, Line, Mapping } from "./foreign.ts";
import { given, inline } from "./lines.ts";
import { readingOf, type Reading } from "./reading.ts";
import { programLine } from "./wandb.ts";

/** An experiment of NNI (nni.readthedocs.io, experiment configuration, versions 1 and 2), with its search space in it. */
export function ofNni(config: Mapping, space: Mapping): ForeignSweep {
  const read = readingOf(config);
  for (const key of ["searchSpace", "search_space", "searchSpaceFile", "searchSpacePath"]) read.at(key);
  const tuner = read.text("tuner", "name") ?? read.text("tuner", "builtinTunerName");
  const advisor = read.text("advisor", "name") ?? read.text("advisor", "builtinAdvisorName");
  const assessor = read.text("assessor", "name") ?? read.text("assessor", "builtinAssessorName");
  const goal = ["tuner", "advisor", "assessor"]
    .map((part) => read.text(part, "classArgs", "optimize_mode"))
    .find((mode) => mode !== undefined);
  const duration =
    read.text("maxExperimentDuration") ??
    read.text("experiment_max_duration") ??
    read.text("maxExecDuration");
  const rule = advisor === undefined ? assessorRule(read, assessor) : advisorRule(read, advisor);
  const workers = read.number("trialConcurrency");
  const program = programOf(read);
  return {
    tool: "NNI",
    sweep: given({
      name: read.text("experimentName"),
      method: tuner ?? (advisor?.toLowerCase() === "bohb" ? "tpe" : undefined),
      run_cap: read.number("maxTrialNumber") ?? read.number("maxTrialNum"),
      metric: goal === undefined && program === undefined ? undefined : given({ name: "default", goal }),
      parameters: Object.fromEntries(Object.entries(space).map(([name, spec]) => [name, typedSpec(spec)])),
    }),
    program,
    budget: {
      epochs: read.number("advisor", "classArgs", "R") ?? read.number("advisor", "classArgs", "max_budget"),
      wall_time: isDuration(duration) ? duration : undefined,
    },
    more: [
      ...rule,
      ...(workers === undefined ? [] : [{ text: `workers: ${workers}`, comment: "was trialConcurrency" }]),
    ],
    lost: [
      ...(duration === undefined || isDuration(duration) ? [] : [`maxExperimentDuration: ${duration}`]),
      ...read.left().map(([path, value]) => `${path}: ${inline(value)}`),
    ],
  };
}

function isDuration(text: string | undefined): boolean {
  return durationSchema.safeParse(text).success;
}

/** Kinds of NNI's search spaces (nni.readthedocs.io, search space) as W&B's distributions. */
const kinds: Readonly<Record<string, readonly [string, ...string[]]>> = {
  uniform: ["uniform", "min", "max"],
  loguniform: ["log_uniform_values", "min", "max"],
  quniform: ["q_uniform", "min", "max", "q"],
  qloguniform: ["q_log_uniform_values", "min", "max", "q"],
  normal: ["normal", "mu", "sigma"],
  lognormal: ["log_normal", "mu", "sigma"],
  qnormal: ["q_normal", "mu", "sigma", "q"],
  qlognormal: ["q_log_normal", "mu", "sigma", "q"],
};

function typedSpec(spec: unknown): unknown {
  if (!isMapping(spec) || !Array.isArray(spec["_value"])) return spec;
  const values: readonly unknown[] = spec["_value"];
  const kind = String(spec["_type"]);
  if (kind === "choice") return { values };
  if (kind === "randint") return { min: values[0], max: Number(values[1]) - 1, distribution: "int_uniform" };
  const [distribution, ...keys] = kinds[kind] ?? [kind];
  return { distribution, ...Object.fromEntries(keys.map((key, index) => [key, values[index]])) };
}

/** NNI's Medianstop judges from `start_step` on; its Curvefitting has no counterpart. */
function assessorRule(read: Reading, name: string | undefined): readonly Line[] {
  if (name === undefined) return [];
  if (name.toLowerCase() !== "medianstop")
    return [{ text: "# early_terminate: none, because there is no assessor like", comment: name }];
  const start = read.number("assessor", "classArgs", "start_step") ?? 0;
  const text = `early_terminate: ${inline({ type: "median", min_epochs: Math.max(1, start) })}`;
  return [{ text, comment: `was the assessor ${name}` }];
}

/** Its advisors choose configurations and stop trials. */
function advisorRule(read: Reading, name: string): readonly Line[] {
  if (!["hyperband", "bohb"].includes(name.toLowerCase()))
    return [{ text: "# early_terminate: none, because there is no advisor like", comment: name }];
  const eta = read.number("advisor", "classArgs", "eta") ?? 3;
  const least = read.number("advisor", "classArgs", "min_budget") ?? 1;
  const text = `early_terminate: ${inline({ type: "hyperband", min_epochs: least, eta })}`;
  return [{ text, comment: `was the advisor ${name}` }];
}

function programOf(read: Reading): ForeignProgram | undefined {
  const command = read.text("trialCommand") ?? read.text("trial", "command");
  const folder = read.text("trialCodeDirectory") ?? read.text("trial", "codeDir");
  const timeout = read.text("maxTrialDuration");
  if (command === undefined) return undefined;
  const { section, said } = programLine(command);
  const place = given({
    folder: folder === "." ? undefined : folder,
    timeout: isDuration(timeout) ? timeout : undefined,
  });
  return {
    section: { ...section, ...place },
    said: [
      ...said,
      "to do: read --name=value (or the file SEQTUNE_PARAMS) in place of nni.get_next_parameter()",
    ],
  };
}
