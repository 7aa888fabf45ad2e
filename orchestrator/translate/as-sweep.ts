import { isMapping } from "../config/check.ts";
import type { Mapping } from "./lines.ts";

/** A sweep as W&B has it, whichever tool wrote it; undefined when it is none that is known. */
export function asWandbSweep(value: unknown): { readonly tool: string; readonly sweep: Mapping } | undefined {
  if (!isMapping(value)) return undefined;
  if (isMapping(value["parameters"])) return { tool: "W&B", sweep: value };
  const spec = value["spec"];
  if (isMapping(spec) && Array.isArray(spec["parameters"]))
    return { tool: "Katib", sweep: ofKatib(value, spec) };
  const space = value["searchSpace"] ?? value["search_space"];
  if (isMapping(space)) return { tool: "NNI", sweep: ofNni(value, space) };
  const specs = Object.values(value);
  if (specs.length > 0 && specs.every((one) => isMapping(one) && "_type" in one)) {
    return { tool: "NNI", sweep: ofNni({}, value) };
  }
  return undefined;
}

function ofNni(config: Mapping, space: Mapping): Mapping {
  const tuner = config["tuner"];
  return given({
    command: config["trialCommand"],
    name: config["experimentName"],
    method: isMapping(tuner) ? (tuner["name"] ?? tuner["builtinTunerName"]) : undefined,
    run_cap: config["maxTrialNumber"] ?? config["maxTrialNum"],
    parameters: Object.fromEntries(Object.entries(space).map(([name, spec]) => [name, typedSpec(spec)])),
  });
}

/** Kinds of NNI's search spaces (nni.readthedocs.io, search space) as W&B's distributions. */
const nniKinds: Readonly<Record<string, readonly [string, ...string[]]>> = {
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
  const [distribution, ...keys] = nniKinds[kind] ?? [kind];
  return { distribution, ...Object.fromEntries(keys.map((key, index) => [key, values[index]])) };
}

function ofKatib(value: Mapping, spec: Mapping): Mapping {
  const metadata = value["metadata"];
  const objective = spec["objective"];
  const algorithm = spec["algorithm"];
  const listed: readonly unknown[] = Array.isArray(spec["parameters"]) ? spec["parameters"] : [];
  const parameters = listed.flatMap((one): [string, unknown][] =>
    isMapping(one) ? [[String(one["name"]).replace(/^-+/, ""), feasible(one)]] : [],
  );
  return given({
    name: isMapping(metadata) ? metadata["name"] : undefined,
    method: isMapping(algorithm) ? algorithm["algorithmName"] : undefined,
    metric: isMapping(objective)
      ? given({ name: objective["objectiveMetricName"], goal: objective["type"], target: objective["goal"] })
      : undefined,
    run_cap: spec["maxTrialCount"],
    parameters: Object.fromEntries(parameters),
  });
}

/** Katib's feasibleSpace, whose numbers are texts. */
function feasible(parameter: Mapping): unknown {
  const space = parameter["feasibleSpace"];
  if (!isMapping(space)) return parameter;
  if (Array.isArray(space["list"])) return { values: space["list"].map(numberOr) };
  const isLog = String(space["distribution"]).toLowerCase() === "loguniform";
  const isInt = parameter["parameterType"] === "int";
  const step = space["step"] === undefined ? undefined : Number(space["step"]);
  return given({
    min: Number(space["min"]),
    max: Number(space["max"]),
    distribution: isLog ? (isInt ? "log_int" : "log_uniform_values") : isInt ? "int_uniform" : "uniform",
    step,
  });
}

function numberOr(value: unknown): unknown {
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
    ? Number(value)
    : value;
}

function given(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined));
}
