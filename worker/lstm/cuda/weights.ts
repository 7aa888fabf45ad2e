import type { LanePlan } from "./plan.ts";

const gates = 4;

/**
 * The flat vector of all weights as the kernels keep it: within each row of an LSTM's weights the four gates of a unit lie
 * together, where the flat form (../shape.ts) has one gate of all units after the other. Other cells keep that.
 */
export function toDevice({ shape, directions }: LanePlan, flat: Float32Array): Float32Array {
  const device = flat.slice();
  if (shape.cell !== "lstm") return device;
  for (const { offset, inputs, units } of directions)
    transposeRows(flat, device, offset, inputs + units + 1, gates, units);
  return device;
}

export function fromDevice({ shape, directions }: LanePlan, device: Float32Array): Float32Array {
  const flat = device.slice();
  if (shape.cell !== "lstm") return flat;
  for (const { offset, inputs, units } of directions)
    transposeRows(device, flat, offset, inputs + units + 1, units, gates);
  return flat;
}

/** Each of `rows` rows is a matrix [height, width] that becomes [width, height]. */
function transposeRows(
  from: Float32Array,
  to: Float32Array,
  offset: number,
  rows: number,
  height: number,
  width: number,
): void {
  for (let row = 0, at = offset; row < rows; row++, at += height * width) {
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) to[at + c * height + r] = from[at + r * width + c]!;
    }
  }
}
