import { isMapping } from "../config/check.ts";
import type { Mapping } from "./foreign.ts";
import { given, word } from "./lines.ts";

/** Katib's feasibleSpace, whose numbers are texts, as W&B's entry for the parameter. */
export function feasible(parameter: Mapping): unknown {
  const space = parameter["feasibleSpace"];
  if (!isMapping(space)) return parameter;
  if (Array.isArray(space["list"])) return { values: space["list"].map(plainNumber) };
  const [min, max, step] = [space["min"], space["max"], space["step"]].map(numberOf);
  if (min === undefined || max === undefined) return parameter;
  if (min === max) return { value: min };
  const isInt = parameter["parameterType"] === "int";
  const q = step ?? (isInt ? 1 : undefined);
  switch (word(space["distribution"] ?? "uniform").toLowerCase()) {
    case "normal":
      return { ...normal("normal", min, max, q), min, max };
    case "lognormal":
      return { ...normal("log_normal", Math.log(min), Math.log(max), q), min, max };
    case "loguniform":
      return given({ min, max, distribution: isInt ? "log_int" : "log_uniform_values", step });
    default:
      return given({ min, max, distribution: isInt ? "int_uniform" : "uniform", step });
  }
}

/** A normal distribution that reaches 3 deviations to each side (kubeflow/katib, pkg/suggestion/v1beta1/hyperopt/base_service.py). */
function normal(kind: string, low: number, high: number, q: number | undefined): Mapping {
  const distribution = q === undefined ? kind : `q_${kind}`;
  return given({ distribution, mu: short((low + high) / 2), sigma: short((high - low) / 6), q });
}

/** A text that a number would be written as. */
function plainNumber(value: unknown): unknown {
  return typeof value === "string" && String(Number(value)) === value ? Number(value) : value;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function short(value: number): number {
  return Number(value.toPrecision(12));
}
