// The output layer: y = [x, 1] · [kernel; bias].
import { gemm, gemmTransposed } from "./gemm";
import { packPanels, transpose } from "./panels";

/** y [B, O] = x [B, I + 1] · weights [I + 1, O]; the last column of x is 1. panels: scratch [O/8][I + 1][8]. */
export function denseForward(
  batch: i32,
  inputs: i32,
  outputs: i32,
  x: usize,
  ldx: i32,
  weights: usize,
  panels: usize,
  y: usize,
): void {
  packPanels(inputs + 1, outputs, weights, outputs, panels);
  gemm(batch, outputs, inputs + 1, x, ldx, panels, y, outputs, false);
}

/** gradient [I + 1, O] += xᵀ · dy. */
export function denseGradient(
  batch: i32,
  inputs: i32,
  outputs: i32,
  x: usize,
  ldx: i32,
  dy: usize,
  gradient: usize,
): void {
  gemmTransposed(inputs + 1, outputs, batch, x, ldx, dy, outputs, gradient, outputs);
}

/** dx [B, I] = dy [B, O] · kernelᵀ, rows of ldDx floats (a multiple of 8). scratch: [O, ldDx], panels: [ldDx/8][O][8]. */
export function denseBackward(
  batch: i32,
  inputs: i32,
  outputs: i32,
  dy: usize,
  weights: usize,
  scratch: usize,
  panels: usize,
  dx: usize,
  ldDx: i32,
): void {
  transpose(inputs, outputs, weights, outputs, scratch, ldDx);
  packPanels(outputs, ldDx, scratch, ldDx, panels);
  gemm(batch, ldDx, outputs, dy, outputs, panels, dx, ldDx, false);
}
