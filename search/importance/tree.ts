import type { Rng } from "../random.ts";
import { shuffle } from "../random.ts";
import { allCells, has } from "./cells.ts";

/** A part of the space on which a tree predicts one value: the product of a set of cells in every dimension. */
export interface Leaf {
  /** Sets of cells, [dimensions]. */
  readonly box: Uint32Array;
  readonly value: number;
}

/** The dimension must lie in none of these cells. */
export interface CellCondition {
  readonly dimension: number;
  readonly forbidden: number;
}

/** Training data: the cell of each trial in each dimension, [trials][dimensions], and what is predicted. */
export interface CellData {
  readonly cells: readonly Uint8Array[];
  readonly targets: Float64Array;
  /** Number of cells of each dimension. */
  readonly counts: readonly number[];
  /** Do the cells of the dimension have no order? */
  readonly unordered: readonly boolean[];
  /** Where each dimension applies; `null`: nowhere for sure. */
  readonly conditions: readonly (readonly CellCondition[] | null)[];
}

const MIN_LEAF = 2;
const MIN_SPLIT = 5;

/** A regression tree of the given trials (repetitions allowed), with random dimensions to split (Breiman 2001). */
export function growTree(data: CellData, trials: Uint32Array, rng: Rng): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const whole = Uint32Array.from(data.counts, allCells);
  grow(trials, whole);
  return leaves;

  function grow(members: Uint32Array, box: Uint32Array): void {
    const split = members.length < MIN_SPLIT ? undefined : bestSplit(data, members, box, rng);
    if (split === undefined) {
      leaves.push({ box, value: mean(data.targets, members) });
      return;
    }
    const { dimension, cells } = split;
    const inside = (trial: number): boolean => has(cells, data.cells[trial]![dimension]!);
    grow(members.filter(inside), restrict(box, dimension, cells));
    grow(
      members.filter((trial) => !inside(trial)),
      restrict(box, dimension, ~cells >>> 0),
    );
  }
}

/** The leaf's value for a configuration. */
export function predict(leaves: readonly Leaf[], cells: Uint8Array): number {
  return leaves.find(({ box }) => box.every((set, d) => has(set, cells[d]!)))!.value;
}

interface Split {
  readonly dimension: number;
  /** Cells of one side. */
  readonly cells: number;
  readonly gain: number;
}

/**
 * Looks at a random half of the dimensions that apply all over the box, at least one of which can be split. A
 * dimension that applies in a part of the box would carry what is true there to the rest.
 */
function bestSplit(data: CellData, members: Uint32Array, box: Uint32Array, rng: Rng): Split | undefined {
  const applying = [...data.counts.keys()].filter((dimension) => applies(data.conditions[dimension]!, box));
  const dimensions = shuffle(Uint32Array.from(applying), rng);
  const enough = Math.ceil(dimensions.length / 2);
  let best: Split | undefined;
  for (const [looked, dimension] of dimensions.entries()) {
    if (looked >= enough && best !== undefined) break;
    const split = splitDimension(data, members, dimension);
    if (split !== undefined && (best === undefined || split.gain > best.gain)) best = split;
  }
  return best;
}

function applies(conditions: readonly CellCondition[] | null, box: Uint32Array): boolean {
  return conditions?.every(({ dimension, forbidden }) => (box[dimension]! & forbidden) === 0) ?? false;
}

/**
 * The cut of one dimension that lowers the squared error most. Cells without an order are put in that of their means,
 * which makes the best of their subsets a cut as well (Breiman et al. 1984).
 */
function splitDimension(data: CellData, members: Uint32Array, dimension: number): Split | undefined {
  const count = data.counts[dimension]!;
  const sums = new Float64Array(count);
  const sizes = new Float64Array(count);
  for (const trial of members) {
    const cell = data.cells[trial]![dimension]!;
    sums[cell] = sums[cell]! + data.targets[trial]!;
    sizes[cell] = sizes[cell]! + 1;
  }
  const order = [...sums.keys()].filter((cell) => sizes[cell]! > 0);
  if (data.unordered[dimension]) order.sort((a, b) => sums[a]! / sizes[a]! - sums[b]! / sizes[b]! || a - b);
  const n = members.length;
  const total = order.reduce((sum, cell) => sum + sums[cell]!, 0);
  let [left, size, cells, at, bestGain] = [
    0,
    0,
    0,
    -1,
    (total * total) / n + 1e-12 * Math.abs(total) + 1e-300,
  ];
  for (let i = 0; i + 1 < order.length; i++) {
    left += sums[order[i]!]!;
    size += sizes[order[i]!]!;
    if (size < MIN_LEAF || n - size < MIN_LEAF) continue;
    const gain = (left * left) / size + (total - left) ** 2 / (n - size);
    if (gain > bestGain) [at, bestGain] = [i, gain];
  }
  if (at < 0) return undefined;
  for (const cell of order.slice(0, at + 1)) cells |= 1 << cell;
  if (!data.unordered[dimension]) cells = upTo(midway(order[at]!, order[at + 1]!));
  return { dimension, cells: cells >>> 0, gain: bestGain - (total * total) / n };
}

/** Cells that held no sample are divided between the neighbours. */
function midway(a: number, b: number): number {
  return Math.floor((a + b - 1) / 2);
}

function upTo(cell: number): number {
  return allCells(cell + 1);
}

function restrict(box: Uint32Array, dimension: number, cells: number): Uint32Array {
  const part = box.slice();
  part[dimension] = (part[dimension]! & cells) >>> 0;
  return part;
}

function mean(targets: Float64Array, members: Uint32Array): number {
  return members.reduce((sum, trial) => sum + targets[trial]!, 0) / members.length;
}
