import type { Rng } from "../../../search/random.ts";
import type { Described } from "./affine.ts";
import type { Convolutions } from "./fitted.ts";
import { sampleCount, type SequenceSet } from "../outputs/sequences.ts";

/** Weights of a kernel: three are 2, the others -1, so that they add up to 0. */
const length = 9;
/** Biases of each kernel: values its convolution takes, spread evenly. */
const biasesEach = 3;
/** Training samples whose convolutions the biases are taken from. */
const biasSamples = 30;

type Kernel = Convolutions["kernels"][number];

/**
 * Random convolutional kernels as MiniRocket takes them (Dempster, Schmidt and Webb 2021): all 84 kernels of nine weights
 * with three of 2 and six of -1, at dilations drawn for each; with several inputs each kernel looks at some of them. `count`: how many
 * pairs of kernel and dilation. A number that describes a sample is the share of its steps whose convolution exceeds a bias.
 */
export function drawConvolutions(train: SequenceSet, count: number, rng: Rng): Convolutions {
  const longest = Math.max(1, (train.window - 1) / (length - 1));
  const samples = Array.from({ length: biasSamples }, () => rng.int(sampleCount(train)));
  const all = triples();
  const kernels = Array.from({ length: count }, (_, i): Kernel => {
    const at = all[i % all.length]!;
    const dilation = Math.max(1, Math.floor(2 ** (rng.next() * Math.log2(longest))));
    const inputs = someInputs(train.features, rng);
    const values = samples.flatMap((sample) => [...convolved(train, sample, { at, dilation, inputs })]);
    values.sort((a, b) => a - b);
    const biases = Array.from(
      { length: biasesEach },
      (_, k) => values[Math.floor(((k + rng.next()) / biasesEach) * (values.length - 1))]!,
    );
    return { at, dilation, inputs, biases };
  });
  return { kernels };
}

function triples(): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (let a = 0; a < length; a++) {
    for (let b = a + 1; b < length; b++) for (let c = b + 1; c < length; c++) found.push([a, b, c]);
  }
  return found;
}

/** One to nine of them, few more often. */
function someInputs(features: number, rng: Rng): number[] {
  const count = Math.floor(2 ** (rng.next() * Math.log2(Math.min(features, length) + 1)));
  const left = Array.from({ length: features }, (_, f) => f);
  return Array.from({ length: Math.max(1, Math.min(count, features)) }, () =>
    left.splice(rng.int(left.length), 1),
  ).flat();
}

/** The convolution at every step of a sample, which is continued by zeros at both ends. */
function convolved(
  set: SequenceSet,
  sample: number,
  { at, dilation, inputs }: Omit<Kernel, "biases">,
): Float64Array {
  const { values, features, starts, lengths, window } = set;
  const steps = lengths?.[sample] ?? window;
  const start = starts[sample]!;
  const sums = new Float64Array(steps);
  for (const input of inputs) {
    for (let step = 0; step < steps; step++) sums[step]! += values[(start + step) * features + input]!;
  }
  const result = new Float64Array(steps);
  const middle = (length - 1) / 2;
  for (let k = 0; k < length; k++) {
    const weight = at.includes(k) ? 2 : -1;
    const shift = (k - middle) * dilation;
    const to = Math.min(steps, steps - shift);
    for (let step = Math.max(0, -shift); step < to; step++) result[step]! += weight * sums[step + shift]!;
  }
  return result;
}

/** Samples as shares of steps above each bias. */
export function convolvedShares(set: SequenceSet, { kernels }: Convolutions): Described {
  const width = kernels.reduce((sum, { biases }) => sum + biases.length, 0);
  const write = (sample: number, x: Float64Array): void => {
    let index = 0;
    for (const kernel of kernels) {
      const found = convolved(set, sample, kernel);
      for (const bias of kernel.biases) x[index++] = shareAbove(found, bias);
    }
  };
  return { width, write };
}

function shareAbove(values: Float64Array, bias: number): number {
  let above = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > bias) above++;
  return above / values.length;
}
