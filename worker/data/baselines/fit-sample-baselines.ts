import { ClassOutputs } from "../outputs/class-outputs.ts";
import type { ScoredSplit } from "../outputs/metrics.ts";
import type { Outputs } from "../outputs/outputs.ts";
import type { PreparedData } from "../prepared.ts";
import { classShares } from "./class-baselines.ts";
import { fitConvolutionRidge } from "./convolution-ridge.ts";
import type { FittedBaseline } from "./fitted.ts";
import { fitPooledLinear } from "./pooled-linear.ts";

/** Fits what simple methods need to label samples, or to put a number on them, on the training samples. */
export function fitSampleBaselines(
  outputs: Outputs,
  trained: Int32Array,
  inputs: PreparedData,
  part: ScoredSplit,
): readonly FittedBaseline[] {
  const { train } = inputs;
  const others = [inputs[part]!];
  const held = (sample: number): boolean => sample % 5 === 4;
  const convolutions = fitConvolutionRidge(train, others, held);
  const simple =
    outputs instanceof ClassOutputs
      ? { name: "majority class", outputs: classShares(outputs, trained) }
      : { name: "mean", outputs: meanTargets(train) };
  return [
    { name: simple.name, naive: true, fitted: { method: "constant", outputs: simple.outputs } },
    { name: "linear", naive: false, fitted: fitPooledLinear(train, others, held) },
    ...(convolutions === undefined
      ? []
      : [{ name: "random convolutions", naive: false, fitted: convolutions } as const]),
  ];
}

/** The mean training target of each output. */
function meanTargets({ targets, outputs }: { targets: Float32Array; outputs: number }): number[] {
  const means = Array.from({ length: outputs }, () => 0);
  for (let i = 0; i < targets.length; i++) means[i % outputs]! += (targets[i]! * outputs) / targets.length;
  return means;
}
