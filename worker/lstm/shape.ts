export type Cell = "lstm" | "gru" | "rnn";

/** A network as the kernels see it. */
export interface NetworkShape {
  readonly cell: Cell;
  /** Numbers a step. */
  readonly features: number;
  /** Steps. */
  readonly window: number;
  readonly outputs: number;
  /** Units of each recurrent layer; none: a linear model of the whole window. */
  readonly hidden: readonly number[];
  readonly bidirectional: boolean;
}

/** What a network is used for; decides what has to be kept. */
export interface NetworkUse {
  readonly training: boolean;
  readonly dropout: boolean;
  readonly recurrentDropout: boolean;
  /** Samples of different lengths. */
  readonly lengths: boolean;
  /** Vectors as long as the weights that the optimizer keeps. */
  readonly slots: number;
}

export const gates: Readonly<Record<Cell, number>> = { lstm: 4, gru: 3, rnn: 1 };

/** One layer in one direction. Its weights [inputs + units + 1, gates · units] are kernel, recurrent, bias in a row. */
export interface Direction {
  readonly layer: number;
  readonly reverse: boolean;
  readonly inputs: number;
  readonly units: number;
  /** Position of its first weight among all weights. */
  readonly offset: number;
}

export interface Layout {
  readonly directions: readonly Direction[];
  /** Inputs of the output layer [inputs + 1, outputs] and the position of its first weight. */
  readonly denseInputs: number;
  readonly denseOffset: number;
  /** Weights in all. */
  readonly weights: number;
}

/** Where each layer's weights lie in the flat vector of all weights. */
export function layoutOf(shape: NetworkShape): Layout {
  const directions: Direction[] = [];
  let inputs = shape.features;
  let offset = 0;
  for (const [layer, units] of shape.hidden.entries()) {
    for (const reverse of shape.bidirectional ? [false, true] : [false]) {
      directions.push({ layer, reverse, inputs, units, offset });
      offset += (inputs + units + 1) * gates[shape.cell] * units;
    }
    inputs = shape.bidirectional ? 2 * units : units;
  }
  if (shape.hidden.length === 0) inputs = shape.window * shape.features;
  return {
    directions,
    denseInputs: inputs,
    denseOffset: offset,
    weights: offset + (inputs + 1) * shape.outputs,
  };
}
