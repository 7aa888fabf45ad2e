// The kernels' exports; worker/lstm/kernels.ts gives them types on the other side.
import { gruBackward, gruForward } from "./gru";
import { Layer } from "./layer";
import { lstmBackward, lstmForward } from "./lstm";
import { prepareWeights } from "./recurrent";
import { rnnBackward, rnnForward } from "./rnn";

export { denseBackward, denseForward, denseGradient } from "./dense";
export { mapValues } from "./math";
export { dropoutMask } from "./philox";
export { update } from "./optimizers";
export { addScaled, scaleAndClamp, scatterRows, sumSquares } from "./vectors";

/** A cell is known by its number of gates. */
export function prepare(address: usize, training: bool): void {
  const layer = changetype<Layer>(address);
  const gru = layer.gateWidth == 3 * layer.units;
  prepareWeights(layer, training, gru ? 2 * layer.units : 0);
}

export function forward(address: usize): void {
  const layer = changetype<Layer>(address);
  if (layer.gateWidth == 4 * layer.units) lstmForward(layer);
  else if (layer.gateWidth == 3 * layer.units) gruForward(layer);
  else rnnForward(layer);
}

export function backward(address: usize): void {
  const layer = changetype<Layer>(address);
  if (layer.gateWidth == 4 * layer.units) lstmBackward(layer);
  else if (layer.gateWidth == 3 * layer.units) gruBackward(layer);
  else rnnBackward(layer);
}
