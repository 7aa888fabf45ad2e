/**
 * The fields of `Layer` in kernels/layer.ts, in their order there, four bytes each; they are explained there.
 */
const fields = [
  "steps",
  "batch",
  "inputs",
  "units",
  "gateWidth",
  "reverse",
  "weights",
  "gradient",
  "panels",
  "transposed",
  "scratch",
  "z",
  "ldz",
  "gates",
  "cells",
  "tanhs",
  "resets",
  "dz",
  "dzStep",
  "ldDz",
  "dzWidth",
  "dCells",
  "held",
  "dhRow",
  "out0",
  "out0Step",
  "out1",
  "out1Step",
  "ldOut",
  "dOut0",
  "dOut0Step",
  "dOut1",
  "dOut1Step",
  "ldDOut",
  "lastOnly",
  "mask",
  "maskStep",
  "ldMask",
  "recurrentMask",
  "lengths",
] as const;

export type LayerRecord = Readonly<Record<(typeof fields)[number], number>>;

export const layerRecordBytes = fields.length * 4;

/** Writes a record where the kernels read it. */
export function writeLayerRecord(record: LayerRecord, memory: WebAssembly.Memory, address: number): void {
  const words = new Int32Array(memory.buffer, address, fields.length);
  for (const [index, field] of fields.entries()) words[index] = record[field];
}
