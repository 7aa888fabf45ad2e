import * as tf from "@tensorflow/tfjs-core";
import type { ModelSettings } from "../../protocol/model-settings.ts";
import type { WeightShape } from "../../protocol/model-shape.ts";
import { type Optimizer as Rule, optimizerOf } from "../../protocol/optimizer.ts";
import type { NamedWeights } from "../engine.ts";
import { checkedWeights } from "../weights.ts";
import { tensorArithmetic } from "./arithmetic.ts";
import { named } from "./tensors.ts";

/** Changes variables by their gradients; keeps what the rule remembers, slot by slot, weight by weight. */
export class Optimizer {
  private readonly rule: Rule;
  private readonly names: readonly string[];
  private readonly slotCount: number;
  private readonly memory: readonly tf.Variable[];

  constructor(model: ModelSettings, weights: readonly WeightShape[], stored?: readonly NamedWeights[]) {
    this.rule = optimizerOf(model);
    const { slots, fill } = this.rule;
    const shapes = slots.flatMap((slot) =>
      weights.map(({ name, shape }) => ({ name: `${slot}/${name}`, shape })),
    );
    const checked = stored && checkedWeights(shapes, stored);
    this.slotCount = slots.length;
    this.names = shapes.map(({ name }) => name);
    this.memory = shapes.map(({ shape }, index) =>
      tf.tidy(() => tf.variable(checked ? tensorOf(checked[index]!) : tf.mul(tf.ones([...shape]), fill))),
    );
  }

  /** One step; `decays` tells which weights weight decay applies to. */
  apply(
    variables: readonly tf.Variable[],
    gradients: readonly tf.Tensor[],
    decays: readonly boolean[],
    learningRate: number,
    step: number,
  ): void {
    const { numbers } = this.rule.updateFor(learningRate, step);
    for (const [index, variable] of variables.entries()) {
      const slots = this.slotsOf(index, variables.length);
      tf.tidy(() => {
        const { change, slots: next } = this.rule.change(tensorArithmetic, gradients[index]!, slots, numbers);
        const kept = decays[index] ? 1 - learningRate * this.rule.weightDecay : 1;
        variable.assign(tf.sub(kept === 1 ? variable : tf.mul(variable, kept), change));
        for (const [slot, tensor] of next.entries()) slots[slot]!.assign(tensor);
      });
    }
  }

  slots(): NamedWeights[] {
    return named(this.names, this.memory);
  }

  dispose(): void {
    tf.dispose([...this.memory]);
  }

  private slotsOf(weight: number, weights: number): tf.Variable[] {
    return Array.from({ length: this.slotCount }, (_, slot) => this.memory[slot * weights + weight]!);
  }
}

function tensorOf({ data, shape }: NamedWeights): tf.Tensor {
  return tf.tensor(data, [...shape]);
}
