// What the cells share: the products around the gates, and where outputs go and gradients come from.
import { gemm, gemmTransposed } from "./gemm";
import { packPanels, transpose } from "./panels";
import { Layer } from "./layer";

/**
 * Brings the weights into the layouts of the products; call after every change of the weights. With `split` > 0 the
 * first `split` columns (gates) are a matrix of their own, and the others a second one behind it.
 */
export function prepareWeights(l: Layer, training: bool, split: i32): void {
  const depth = l.inputs + l.units + 1;
  const width = l.gateWidth;
  packPanels(depth, split || width, l.weights, width, l.panels);
  if (split) packPanels(depth, width - split, l.weights + (split << 2), width, secondPanels(l, split));
  if (!training) return;
  // Rows of [kernel; recurrent] whose input gradient is wanted: all, or the recurrent ones.
  const first = l.weights + (((l.inputs + l.units - l.dzWidth) * width) << 2);
  transpose(l.dzWidth, width, first, width, l.scratch, l.ldDz);
  packPanels(split || width, l.ldDz, l.scratch, l.ldDz, l.transposed);
  const behind = (split * l.ldDz) << 2;
  if (split) packPanels(width - split, l.ldDz, l.scratch + behind, l.ldDz, l.transposed + behind);
}

/** Where the panels of the columns from `split` on begin. */
function secondPanels(l: Layer, split: i32): usize {
  return l.panels + (((l.inputs + l.units + 1) * ((split + 7) & ~7)) << 2);
}

/** Columns [from, to) of gates [B, G] at step s = a [B, F + H + 1] · the same columns of [kernel; recurrent; bias]. */
export function project(l: Layer, s: i32, a: usize, from: i32, to: i32): void {
  const width = l.gateWidth;
  const depth = l.inputs + l.units + 1;
  const c = l.gates + ((s * l.batch * width + from) << 2);
  gemm(l.batch, to - from, depth, a, l.ldz, from ? secondPanels(l, from) : l.panels, c, width, false);
}

/** dz [B, F + H or H] of step s = columns [from, to) of dGates [B, G] · those of [kernel; recurrent]ᵀ (or += that). */
export function projectBack(l: Layer, s: i32, from: i32, to: i32, accumulate: bool): void {
  const width = l.gateWidth;
  const ld = l.ldDz;
  const a = l.gates + ((s * l.batch * width + from) << 2);
  const b = l.transposed + ((from * ld) << 2);
  const c = l.dz + s * l.dzStep;
  gemm(l.batch, ld, to - from, a, width, b, c, ld, accumulate);
}

/** Columns [from, to) of gradient [F + H + 1, G] += aᵀ · those of dGates, over all steps and samples. */
export function addGradient(l: Layer, a: usize, from: i32, to: i32): void {
  const gates = l.gates + (from << 2);
  const rows = l.inputs + l.units + 1;
  const width = l.gateWidth;
  gemmTransposed(rows, to - from, l.steps * l.batch, a, l.ldz, gates, width, l.gradient + (from << 2), width);
}

/** States before the first step are 0. */
export function clearFirstStates(l: Layer): void {
  for (let b = 0; b < l.batch; b++) {
    memory.fill(l.z + ((b * l.ldz + l.inputs) << 2), 0, l.units << 2);
  }
}

/** Whether sample b is already over at step s of a set with `lengths`. */
@inline
export function isOver(l: Layer, s: i32, b: i32): bool {
  if (!l.lengths) return false;
  const time = l.reverse ? l.steps - 1 - s : s;
  return time >= load<i32>(l.lengths + (b << 2));
}

/** Where one sample's output of one step goes: the next layers' inputs, dropped out, and the state of the next step. */
@unmanaged
export class Outlet {
  to0: usize;
  to1: usize;
  mask: usize;
  state: usize;
  kept: usize;
}

/** The one in use. */
export const outlet = changetype<Outlet>(memory.data(20, 4));

/** Whether outputs of step s go anywhere but, as they are, to the next step. */
@inline
export function sendsOn(l: Layer, s: i32): bool {
  return !l.lastOnly || s == l.steps - 1 || l.recurrentMask != 0;
}

/** Sets the outlet to sample b at step s. */
export function turnOutlet(l: Layer, s: i32, b: i32): void {
  const to = outlet;
  const wanted = !l.lastOnly || s == l.steps - 1;
  const row = (b * l.ldOut) << 2;
  to.to0 = wanted && l.out0 ? l.out0 + s * l.out0Step + row : 0;
  to.to1 = wanted && l.out1 ? l.out1 + s * l.out1Step + row : 0;
  to.mask = maskOf(l, s, b);
  to.state = l.z + ((((s + 1) * l.batch + b) * l.ldz + l.inputs) << 2);
  to.kept = l.recurrentMask ? l.recurrentMask + ((b * l.units) << 2) : 0;
}

/** A second part of the gradient that `gradientOfOutput` found, to be added to the first; 0 for none. */
export let secondPart: usize = 0;

/**
 * Address of dh [H], the gradient of one sample's output at one step: what the layers above want (through the mask),
 * what the next step wants (through the dropout of the state), and what is `held` back ([B, H], or 0). Plain parts
 * are read where they lie, the second one at `secondPart`; others are added up in `l.dhRow`.
 */
export function gradientOfOutput(l: Layer, s: i32, b: i32, held: usize): usize {
  const last = s == l.steps - 1;
  const wanted = !l.lastOnly || last;
  const row = (b * l.ldDOut) << 2;
  const from0 = wanted && l.dOut0 ? l.dOut0 + s * l.dOut0Step + row : 0;
  const from1 = wanted && l.dOut1 ? l.dOut1 + s * l.dOut1Step + row : 0;
  const dState = last ? 0 : l.dz + (s + 1) * l.dzStep + ((b * l.ldDz + l.dzWidth - l.units) << 2);
  secondPart = 0;
  if (!(held | l.mask | l.recurrentMask | from1)) {
    if (!from0) return dState;
    secondPart = dState;
    return from0;
  }
  const mask = maskOf(l, s, b);
  const kept = l.recurrentMask ? l.recurrentMask + ((b * l.units) << 2) : 0;
  const more = held ? held + ((b * l.units) << 2) : 0;
  const whole = l.units & ~3;
  let j = 0;
  for (; j < whole; j += 4) addParts(true, j << 2, from0, from1, mask, dState, kept, more, l.dhRow);
  for (; j < l.units; j++) addParts(false, j << 2, from0, from1, mask, dState, kept, more, l.dhRow);
  return l.dhRow;
}

@inline
function addParts(
  wide: bool,
  j: usize,
  from0: usize,
  from1: usize,
  mask: usize,
  dState: usize,
  kept: usize,
  held: usize,
  to: usize,
): void {
  let dh = from0 ? get(wide, from0 + j) : f32x4.splat(0);
  if (from1) dh = f32x4.add(dh, get(wide, from1 + j));
  if (mask && from0) dh = f32x4.mul(dh, get(wide, mask + j));
  if (dState) {
    const d = get(wide, dState + j);
    dh = f32x4.add(dh, kept ? f32x4.mul(d, get(wide, kept + j)) : d);
  }
  put(wide, to + j, held ? f32x4.add(dh, get(wide, held + j)) : dh);
}

@inline
function maskOf(l: Layer, s: i32, b: i32): usize {
  if (!l.mask) return 0;
  return l.mask + (l.lastOnly ? 0 : s * l.maskStep) + ((b * l.ldMask) << 2);
}

/** Sends an output on to the next layers, dropped out by the mask; dropout of the state changes what the next step sees. */
@inline
export function emit(wide: bool, j: usize, output: v128): void {
  const to = outlet;
  if (to.to0) {
    const sent = to.mask ? f32x4.mul(output, get(wide, to.mask + j)) : output;
    put(wide, to.to0 + j, sent);
    if (to.to1) put(wide, to.to1 + j, sent);
  }
  if (to.kept) put(wide, to.state + j, f32x4.mul(output, get(wide, to.kept + j)));
}

/** dh of four units (`wide`) or of one. */
@inline
export function sumOfParts(wide: bool, j: usize, first: usize, second: usize): v128 {
  const dh = get(wide, first + j);
  return second ? f32x4.add(dh, get(wide, second + j)) : dh;
}

/** Four values (`wide`) or one. */
@inline
export function get(wide: bool, from: usize): v128 {
  return wide ? v128.load(from) : v128.load32_zero(from);
}

@inline
export function put(wide: bool, to: usize, value: v128): void {
  if (wide) v128.store(to, value);
  else v128.store_lane<f32>(to, value, 0);
}
