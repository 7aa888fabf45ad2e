/** Means of gradient norms over an epoch's steps: of all weights, and of each layer (the name up to the first /). */
export class GradientNorms {
  private readonly layers: readonly string[];
  /** Of each weight: its layer's position in `layers`. */
  private readonly layerOf: readonly number[];
  /** Of all weights, then of each layer. */
  private readonly sums: Float64Array;
  private readonly step: Float64Array;
  private steps = 0;

  constructor(weightNames: readonly string[]) {
    const names = weightNames.map((name) => name.slice(0, name.indexOf("/")));
    this.layers = [...new Set(names)];
    this.layerOf = names.map((name) => this.layers.indexOf(name));
    this.sums = new Float64Array(1 + this.layers.length);
    this.step = new Float64Array(1 + this.layers.length);
  }

  /** Squares: sum of squares of each weight's gradient. */
  add(squares: ArrayLike<number>): void {
    const { layerOf, step, sums } = this;
    step.fill(0);
    for (let index = 0; index < layerOf.length; index++) {
      const square = squares[index]!;
      step[0]! += square;
      step[1 + layerOf[index]!]! += square;
    }
    for (let index = 0; index < step.length; index++) sums[index]! += Math.sqrt(step[index]!);
    this.steps++;
  }

  /** The means since the last call. */
  takeMeans(): Record<string, number> {
    const names = ["grad_norm", ...this.layers.map((layer) => `grad_norm_${layer}`)];
    const means = Object.fromEntries(names.map((name, index) => [name, this.sums[index]! / this.steps]));
    this.sums.fill(0);
    this.steps = 0;
    return means;
  }
}
