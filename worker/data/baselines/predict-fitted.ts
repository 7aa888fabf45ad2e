import { ClassOutputs } from "../outputs/class-outputs.ts";
import { classAgo } from "./class-baselines.ts";
import { predictConvolutionRidge } from "./convolution-ridge.ts";
import { forecastEts } from "./ets.ts";
import type { Fitted } from "./fitted.ts";
import { predictInputLinear } from "./input-linear.ts";
import { NumberOutputs } from "../outputs/number-outputs.ts";
import type { Outputs } from "../outputs/outputs.ts";
import { forecastOwnLinear } from "./own-linear.ts";
import { repeatLast, seasonAgo, seasonalDrift } from "./past-forecasts.ts";
import { predictPooledLinear } from "./pooled-linear.ts";
import type { SequenceSet } from "../outputs/sequences.ts";
import type { RowRange } from "../split/split.ts";

/** The samples to predict, as each method wants them. */
export interface Asked {
  /** With the past of the targets. */
  readonly outputs: Outputs;
  /** The samples, as `outputs` knows them. */
  readonly rows: Int32Array;
  readonly blocks: readonly RowRange[];
  /** Their inputs; absent where no method looks at them. */
  readonly inputs?: {
    readonly set: SequenceSet;
    decode(predictions: Float32Array): Float64Array;
  };
}

/** Predictions [samples, outputs] in the data's own units, or probabilities. */
export function predictFitted(fitted: Fitted, asked: Asked): Float64Array {
  const { outputs, rows, blocks } = asked;
  switch (fitted.method) {
    case "repeat last":
      return outputs instanceof ClassOutputs
        ? classAgo(outputs, { blocks }, rows, 1)
        : repeatLast(numbers(outputs), rows);
    case "season ago":
      return outputs instanceof ClassOutputs
        ? classAgo(outputs, { blocks }, rows, fitted.season)
        : seasonAgo(numbers(outputs), rows, fitted.season);
    case "drift":
      return seasonalDrift(numbers(outputs), rows, fitted.season, fitted.change);
    case "ets": {
      const predictions = empty(numbers(outputs), rows);
      for (const [j, how] of fitted.targets.entries()) {
        forecastEts(numbers(outputs), j, how, blocks, rows, predictions);
      }
      return predictions;
    }
    case "linear":
      return linear(fitted, asked);
    case "constant": {
      const { length } = fitted.outputs;
      return outputs.decode(
        rows,
        Float64Array.from({ length: rows.length * length }, (_, i) => fitted.outputs[i % length]!),
      );
    }
    case "pooled linear": {
      const inputs = inputsOf(asked);
      return inputs.decode(predictPooledLinear(fitted, inputs.set));
    }
    case "random convolutions": {
      const inputs = inputsOf(asked);
      return inputs.decode(predictConvolutionRidge(fitted, inputs.set));
    }
    default:
      return fitted satisfies never;
  }
}

function linear({ own, joint, chosen }: Extract<Fitted, { method: "linear" }>, asked: Asked): Float64Array {
  const outputs = numbers(asked.outputs);
  const predictions = empty(outputs, asked.rows);
  const width = chosen.length;
  for (const [k, fit] of joint.entries()) {
    if (!chosen.includes(k)) continue;
    const inputs = inputsOf(asked);
    const said = inputs.decode(predictInputLinear(fit, inputs.set));
    for (let i = 0; i < said.length; i++) if (chosen[i % width] === k) predictions[i] = said[i]!;
  }
  for (const [j, choice] of chosen.entries()) {
    const fit = own[j];
    if (choice === "own" && fit) forecastOwnLinear(outputs, j, fit, asked.rows, predictions);
  }
  return predictions;
}

function numbers(outputs: Outputs): NumberOutputs {
  if (outputs instanceof NumberOutputs) return outputs;
  throw new TypeError("this baseline forecasts numbers");
}

function empty({ names }: NumberOutputs, rows: Int32Array): Float64Array {
  return new Float64Array(rows.length * names.length);
}

function inputsOf({ inputs }: Asked): NonNullable<Asked["inputs"]> {
  if (inputs === undefined) throw new TypeError("this baseline looks at the inputs");
  return inputs;
}
