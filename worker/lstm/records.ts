import type { LayerRecord } from "./layer-record.ts";
import type { DensePlan, DirectionPlan, Plan } from "./plan.ts";
import { gates, type NetworkShape } from "./shape.ts";

/** What differs from batch to batch. */
export interface BatchKind {
  readonly rows: number;
  readonly lengths: boolean;
  readonly masks: boolean;
}

type OutputFields =
  | "out0"
  | "out0Step"
  | "out1"
  | "out1Step"
  | "ldOut"
  | "dOut0"
  | "dOut0Step"
  | "dOut1"
  | "dOut1Step"
  | "ldDOut";

/** What the kernels have to know of one direction of a layer for this batch. */
export function layerRecord(
  shape: NetworkShape,
  plan: Plan,
  d: DirectionPlan,
  { rows, lengths, masks }: BatchKind,
): LayerRecord {
  const width = gates[shape.cell] * d.units;
  const lastOnly = d.layer === shape.hidden.length - 1;
  const maskRow = d.units * (shape.bidirectional ? 2 : 1);
  const outMask = masks && d.mask ? d.mask + (d.reverse ? d.units * 4 : 0) : 0;
  const maskStep = lastOnly ? 0 : rows * maskRow * 4;
  return {
    steps: shape.window,
    batch: rows,
    inputs: d.inputs,
    units: d.units,
    gateWidth: width,
    reverse: d.reverse ? 1 : 0,
    weights: d.weights,
    gradient: d.gradient,
    panels: d.panels,
    transposed: d.transposed,
    scratch: plan.scratch,
    z: d.z,
    ldz: d.ldz,
    gates: d.gates,
    cells: d.cells,
    tanhs: d.tanhs,
    resets: d.resets,
    dz: d.dz,
    dzStep: d.layer > 0 ? rows * d.ldDz * 4 : 0,
    ldDz: d.ldDz,
    dzWidth: d.dzWidth,
    dCells: d.dCells,
    held: d.held,
    dhRow: d.dhRow,
    ...(lastOnly ? toDense(plan.dense, d) : toNextLayer(shape, plan, d, rows)),
    lastOnly: lastOnly ? 1 : 0,
    // A reverse layer starts at the last row of the window.
    mask: outMask && d.reverse ? outMask + (shape.window - 1) * maskStep : outMask,
    maskStep: d.reverse ? -maskStep : maskStep,
    ldMask: maskRow,
    recurrentMask: masks ? d.recurrentMask : 0,
    lengths: lengths ? plan.lengths : 0,
  };
}

/** The last layer's outputs are the output layer's inputs, forward direction first. */
function toDense(dense: DensePlan, d: DirectionPlan): Pick<LayerRecord, OutputFields> {
  const offset = d.reverse ? d.units * 4 : 0;
  return {
    out0: dense.x + offset,
    out0Step: 0,
    out1: 0,
    out1Step: 0,
    ldOut: dense.inputs + 1,
    dOut0: dense.dx + offset,
    dOut0Step: 0,
    dOut1: 0,
    dOut1Step: 0,
    ldDOut: dense.ldDx,
  };
}

/** Other layers' outputs are inputs of the next layer, in each of its directions, at the same time step. */
function toNextLayer(
  shape: NetworkShape,
  plan: Plan,
  d: DirectionPlan,
  rows: number,
): Pick<LayerRecord, OutputFields> {
  const next = plan.directions.filter(({ layer }) => layer === d.layer + 1);
  const [same, other] = next.map((n) => {
    const offset = d.reverse ? d.units * 4 : 0;
    const backwards = n.reverse !== d.reverse;
    const toLast = backwards ? shape.window - 1 : 0;
    const sign = backwards ? -1 : 1;
    const zStep = rows * n.ldz * 4;
    const dzStep = rows * n.ldDz * 4;
    return {
      out: n.z + offset + toLast * zStep,
      outStep: sign * zStep,
      dOut: n.dz + offset + toLast * dzStep,
      dOutStep: sign * dzStep,
      ldz: n.ldz,
      ldDz: n.ldDz,
    };
  });
  return {
    out0: same!.out,
    out0Step: same!.outStep,
    out1: other?.out ?? 0,
    out1Step: other?.outStep ?? 0,
    ldOut: same!.ldz,
    dOut0: same!.dOut,
    dOut0Step: same!.dOutStep,
    dOut1: other?.dOut ?? 0,
    dOut1Step: other?.dOutStep ?? 0,
    ldDOut: same!.ldDz,
  };
}
