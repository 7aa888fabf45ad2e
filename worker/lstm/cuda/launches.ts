import { type Cell, gates } from "../shape.ts";
import { type Grid, type KernelName, type Precision, threads } from "./device.ts";
import { type LanePlan, tileRows } from "./plan.ts";

/** How much a lane has to do in a launch: the grid of a launch is that of its largest lane. */
export interface LaneExtent {
  readonly plan: LanePlan;
  /** Samples of its largest piece. */
  readonly count: number;
  /** Named weights, and the numbers of the longest one. */
  readonly spans: number;
  readonly longestSpan: number;
  readonly masked: boolean;
  readonly trains: boolean;
}

export interface Launch {
  readonly kernel: KernelName;
  readonly grid: Grid;
  readonly layer: number;
}

const denseRows = 16;
const weightTile = { k: 32, columns: 64 };
/** Blocks over one weight in an update; each goes on until the weight is done. */
const mostUpdateBlocks = 64;

/** Blocks along x of one lane's part in a launch. */
type Blocks = (extent: LaneExtent, layer: number, precision: Precision) => number;

const over = (count: number, size: number): number => Math.ceil(count / size);

/** Both directions of a layer have the same sizes. */
const sizesOf = ({ plan }: LaneExtent, layer: number) => {
  const { inputs, units } = plan.directions[layer * (plan.shape.bidirectional ? 2 : 1)]!;
  return { inputs, units };
};

const cellOf = ({ plan }: LaneExtent): Cell => plan.shape.cell;

const throughTime: Blocks = (extent, layer, precision) =>
  over(extent.count, tileRows(sizesOf(extent, layer).units, precision));

const overSteps: Blocks = ({ plan, count }, layer, precision) =>
  over(plan.shape.window * count, tileRows(plan.layers[layer - 1]!.width, precision));

/** Tiles over the columns of a direction's weights; those of a GRU's candidate state have tiles of their own. */
const columnTiles = (cell: Cell, units: number): number =>
  cell === "gru"
    ? over(2 * units, weightTile.columns) + over(units, weightTile.columns)
    : over(gates[cell] * units, weightTile.columns);

const blocks: Readonly<Record<KernelName, Blocks>> = {
  transpose: (extent, layer) => {
    const { inputs, units } = sizesOf(extent, layer);
    const cell = cellOf(extent);
    return over((inputs + units) * units * (cell === "lstm" ? 1 : gates[cell]), threads);
  },
  masks: (extent, layer) => {
    const { layers, shape } = extent.plan;
    const steps = layer === layers.length - 1 ? 1 : shape.window;
    return extent.masked ? over(steps * extent.count * over(sizesOf(extent, layer).units, 4), threads) : 0;
  },
  forward: throughTime,
  forwardGru: throughTime,
  forwardRnn: throughTime,
  dense: ({ count }) => over(count, denseRows),
  backward: throughTime,
  backwardGru: throughTime,
  backwardRnn: throughTime,
  below: overSteps,
  belowRows: overSteps,
  weights: (extent, layer) => {
    const { inputs, units } = sizesOf(extent, layer);
    return columnTiles(cellOf(extent), units) * over(inputs + units + 1, weightTile.k);
  },
  denseWeights: ({ plan }) => over((plan.denseInputs + 1) * plan.shape.outputs, threads),
  measure: ({ spans }) => spans,
  update: ({ longestSpan }) => Math.min(mostUpdateBlocks, over(longestSpan, threads)),
  advance: () => 1,
};

const forwards = ["forward", "forwardGru", "forwardRnn"] as const;
const backwards = ["backward", "backwardGru", "backwardRnn"] as const;
const perDirection = new Set<KernelName>(["transpose", "masks", ...forwards, ...backwards, "weights"]);
const perLayer = new Set<KernelName>([...perDirection, "below", "belowRows"]);
const always = new Set<KernelName>([...forwards, "dense", "advance"]);
/** Kernels that pass over lanes of other cells. */
const cellsOf: Readonly<Partial<Record<KernelName, readonly Cell[]>>> = {
  forward: ["lstm"],
  forwardGru: ["gru"],
  forwardRnn: ["rnn"],
  backward: ["lstm"],
  backwardGru: ["gru"],
  backwardRnn: ["rnn"],
  below: ["lstm"],
  belowRows: ["gru", "rnn"],
};

/** What the launches of a turn take by themselves, in multiply-adds of one multiprocessor. */
const launchLoad = 3e6;

/**
 * About how long a turn takes, in multiply-adds of one multiprocessor: lanes compute side by side, as many as there are
 * multiprocessors.
 */
export function loadOf(lanes: readonly (LaneExtent | null)[], multiprocessors: number): number {
  let [sum, most] = [0, 0];
  for (const extent of lanes) {
    if (extent === null) continue;
    const load = multiplyAdds(extent);
    sum += load;
    most = Math.max(most, load);
  }
  return launchLoad + Math.max(most, sum / multiprocessors);
}

/** Back through time and to the weights takes twice what the way forward does. */
function multiplyAdds({ plan, count, trains }: LaneExtent): number {
  const { window, cell } = plan.shape;
  let step = 0;
  for (const { inputs, units } of plan.directions) step += (inputs + units) * units * gates[cell];
  return step * window * count * (trains ? 3 : 1);
}

/** The launches of one turn: a piece of every lane, and the optimizer's step of those whose piece completes one. */
export function turnOf(lanes: readonly (LaneExtent | null)[], precision: Precision): readonly Launch[] {
  const depth = Math.max(0, ...lanes.map((extent) => extent?.plan.layers.length ?? 0));
  const up = Array.from({ length: depth }, (_, layer) => layer);
  const down = up.toReversed();
  const steps: readonly (readonly [KernelName, number])[] = [
    ...up.flatMap((layer) => [["transpose", layer] as const, ["masks", layer] as const]),
    ...up.flatMap((layer) => forwards.map((kernel) => [kernel, layer] as const)),
    ["dense", 0],
    ...down.flatMap((layer) => [
      ...backwards.map((kernel) => [kernel, layer] as const),
      ["weights", layer] as const,
      ...(layer > 0 ? [["below", layer] as const, ["belowRows", layer] as const] : []),
    ]),
    ["denseWeights", 0],
    ["measure", 0],
    ["update", 0],
    ["advance", 0],
  ];
  return steps.flatMap(([kernel, layer]) => {
    const grid = gridOf(kernel, layer, lanes, precision);
    return grid[0] > 0 ? [{ kernel, grid, layer }] : [];
  });
}

function gridOf(
  kernel: KernelName,
  layer: number,
  lanes: readonly (LaneExtent | null)[],
  precision: Precision,
): Grid {
  let x = 0;
  let z = 1;
  for (const extent of lanes) {
    if (extent === null || (!extent.trains && !always.has(kernel))) continue;
    if (perLayer.has(kernel) && layer >= extent.plan.layers.length) continue;
    if (cellsOf[kernel]?.includes(cellOf(extent)) === false) continue;
    x = Math.max(x, blocks[kernel](extent, layer, precision));
    if (kernel === "update") z = Math.max(z, extent.spans);
    else if (perDirection.has(kernel) && extent.plan.shape.bidirectional) z = 2;
  }
  return [x, lanes.length, z];
}
