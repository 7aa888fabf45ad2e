/** Means of gradient norms over an epoch's steps: of all weights, and of each layer (the name up to the first /). */
export class GradientNorms {
  private readonly layers: readonly string[];
  private sums = new Map<string, number>();
  private steps = 0;

  constructor(weightNames: readonly string[]) {
    this.layers = weightNames.map((name) => name.slice(0, name.indexOf("/")));
  }

  /** Squares: sum of squares of each weight's gradient. */
  add(squares: ArrayLike<number>): void {
    const step = new Map<string, number>();
    let total = 0;
    for (const [index, layer] of this.layers.entries()) {
      const square = squares[index]!;
      total += square;
      step.set(layer, (step.get(layer) ?? 0) + square);
    }
    this.increase("grad_norm", Math.sqrt(total));
    for (const [layer, square] of step) this.increase(`grad_norm_${layer}`, Math.sqrt(square));
    this.steps++;
  }

  /** The means since the last call. */
  takeMeans(): Record<string, number> {
    const means = Object.fromEntries([...this.sums].map(([name, sum]) => [name, sum / this.steps]));
    this.sums = new Map();
    this.steps = 0;
    return means;
  }

  private increase(name: string, norm: number): void {
    this.sums.set(name, (this.sums.get(name) ?? 0) + norm);
  }
}
