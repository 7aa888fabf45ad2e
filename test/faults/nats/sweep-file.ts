import { fileURLToPath } from "node:url";

const data = fileURLToPath(new URL("../../../data/sunspots_yearly.csv", import.meta.url));

/** The study of `study-process.ts` as a sweep file. */
export function sweepFile(
  { trials, epochs }: { readonly trials: number; readonly epochs: number },
  seed: number,
): string {
  return `
name: faults
seed: ${seed}
method: random
data: { file: ${JSON.stringify(data)}, targets: [SUNACTIVITY], time: YEAR, horizon: 1 }
parameters:
  learning_rate: { min: 0.0001, max: 1, distribution: log_uniform }
  hidden: { min: 8, max: 64 }
  layers: { values: [1, 2] }
  batch_size: { values: [32, 64, 128] }
  dropout: { min: 0, max: 0.5 }
  optimizer: { values: [adam, rmsprop, sgd] }
budget: { trials: ${trials}, epochs: ${epochs} }
`;
}
