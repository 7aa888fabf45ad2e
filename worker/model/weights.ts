/** Weights by name, in the order of `weightShapes`: `lstm0/kernel [F, 4H]`, `lstm0/recurrent [H, 4H]`, ... */
export interface NamedWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The same weights with `prefix` before each name. */
export function under(prefix: string, weights: readonly NamedWeights[]): NamedWeights[] {
  return weights.map((one) => ({ ...one, name: prefix + one.name }));
}

/** The weights whose names begin with `prefix`, without it. */
export function from(prefix: string, weights: readonly NamedWeights[]): NamedWeights[] {
  return weights
    .filter(({ name }) => name.startsWith(prefix))
    .map((one) => ({ ...one, name: one.name.slice(prefix.length) }));
}
