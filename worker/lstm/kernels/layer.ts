/**
 * What the kernels know of one recurrent layer (one direction of it). Written by worker/lstm/layer-record.ts, which
 * lists the same fields in the same order; every field is four bytes. Addresses are bytes from the start of memory;
 * `*Step` are bytes from one step to the next (negative where a neighbour runs the other way), `ld*` floats between
 * rows. T steps, B samples, F inputs, H units, G gates side by side (4H for LSTM, 3H for GRU, H for a simple RNN).
 * Steps count in the order of processing: a reverse layer's step 0 is the last row of the window.
 */
@unmanaged
export class Layer {
  steps: i32;
  batch: i32;
  inputs: i32;
  units: i32;
  gateWidth: i32;
  reverse: i32;
  /** [F + H + 1, G]: kernel, recurrent kernel and bias, one below the other. */
  weights: usize;
  gradient: usize;
  /** weights as panels, made by `prepare`. */
  panels: usize;
  /** The weights of the rows whose gradient is wanted, transposed: [G, ldDz] as panels. */
  transposed: usize;
  /** Scratch [G, ldDz] for making `transposed`. */
  scratch: usize;
  /** [T + 1, B, ldz]: row (s, b) is input x, state h before step s, 1. */
  z: usize;
  ldz: i32;
  /** [T, B, G]: activated gates; the backward pass turns them into gradients in place. */
  gates: usize;
  /** [T + 1, B, H]: cell states, the first one 0. */
  cells: usize;
  /** [T, B, H]: tanh of the cell states. */
  tanhs: usize;
  /** GRU: [T, B, ldz], z with the state times the reset gate; its `cells` are the states, its `dCells` their gradient. */
  resets: usize;
  /** Gradient of the loss by z: [T, B, ldDz] with inputs, else [B, ldDz] for the state alone. */
  dz: usize;
  dzStep: i32;
  ldDz: i32;
  /** Columns of dz: F + H when the gradient of the inputs is wanted, else H. */
  dzWidth: i32;
  /** [B, H]: gradient of the cell state on its way back. */
  dCells: usize;
  /** [B, H]: gradient of the state of samples that are already over (`lengths`). */
  held: usize;
  /** [H]: gradient of one sample's output. */
  dhRow: usize;
  /** Where outputs go (0: nowhere) and where their gradients come from; rows [b, H]. */
  out0: usize;
  out0Step: i32;
  out1: usize;
  out1Step: i32;
  ldOut: i32;
  dOut0: usize;
  dOut0Step: i32;
  dOut1: usize;
  dOut1Step: i32;
  ldDOut: i32;
  /** 1: only the last step's output is wanted. */
  lastOnly: i32;
  /** Output dropout [steps, B, ldMask] or 0. */
  mask: usize;
  maskStep: i32;
  ldMask: i32;
  /** State dropout [B, H] or 0. */
  recurrentMask: usize;
  /** Rows of each sample [B] (i32) or 0. */
  lengths: usize;
}
