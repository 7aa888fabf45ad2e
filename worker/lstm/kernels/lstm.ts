// The LSTM cell (Hochreiter & Schmidhuber 1997, with forget gate, Gers et al. 2000), gate order i, f, g, o.
import { Layer } from "./layer";
import { sigmoid4, tanh4 } from "./math";
import {
  addGradient,
  clearFirstStates,
  emit,
  get,
  gradientOfOutput,
  isOver,
  project,
  projectBack,
  put,
  secondPart,
  sendsOn,
  sumOfParts,
  turnOutlet,
} from "./recurrent";
import { madd } from "./simd";

/**
 * All steps of one layer, s = 0 … T-1:
 *   [i f g o] = [x(s), h(s-1), 1] · W;  i, f, o = sigmoid;  g = tanh
 *   c(s) = f·c(s-1) + i·g;  h(s) = o·tanh c(s)
 * Reads z's inputs; fills z's states, gates, cells, tanhs and the outputs.
 */
export function lstmForward(l: Layer): void {
  clearFirstStates(l);
  memory.fill(l.cells, 0, (l.batch * l.units) << 2);
  for (let s = 0; s < l.steps; s++) {
    project(l, s, l.z + ((s * l.batch * l.ldz) << 2), 0, l.gateWidth);
    activateStep(l, s);
  }
}

/**
 * The gradient of the loss through all steps, s = T-1 … 0, given that of the outputs (dOut):
 *   dh = dOut(s) + dz(s+1)'s state columns;  dc += dh·o·(1 - tanh² c(s))
 *   di = dc·g·i(1-i);  df = dc·c(s-1)·f(1-f);  dg = dc·i·(1-g²);  do = dh·tanh c(s)·o(1-o);  dc ← dc·f
 *   dz(s) = [di df dg do] · [kernel; recurrent]ᵀ
 * and then gradient += zᵀ · [di df dg do] over all rows at once.
 */
export function lstmBackward(l: Layer): void {
  const state = (l.batch * l.units) << 2;
  memory.fill(l.dCells, 0, state);
  if (l.lengths) memory.fill(l.held, 0, state);
  for (let s = l.steps - 1; s >= 0; s--) {
    differentiateStep(l, s);
    if (s > 0 || l.dzWidth > l.units) projectBack(l, s, 0, l.gateWidth, false);
  }
  addGradient(l, l.z, 0, l.gateWidth);
}

function activateStep(l: Layer, s: i32): void {
  for (let b = 0; b < l.batch; b++) activateRow(l, s, b);
  if (!sendsOn(l, s)) return;
  const h = l.units << 2;
  for (let b = 0; b < l.batch; b++) {
    const row = s * l.batch + b;
    emitRow(l, s, b, l.gates + row * h * 4 + 3 * h, l.tanhs + row * h);
  }
}

@inline
function activateRow(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const row = s * l.batch + b;
  const gates = l.gates + row * h * 4;
  const before = l.cells + row * h;
  const cell = before + l.batch * h;
  const tanhs = l.tanhs + row * h;
  const state = l.z + (((row + l.batch) * l.ldz + l.inputs) << 2);
  if (isOver(l, s, b)) {
    hold(l, s, gates, before, cell, tanhs, state);
    return;
  }
  const whole = l.units & ~3;
  let j = 0;
  for (; j < whole; j += 4) activate(true, j << 2, h, gates, before, cell, tanhs, state);
  for (; j < l.units; j++) activate(false, j << 2, h, gates, before, cell, tanhs, state);
}

/** h = o·tanh c goes on. */
function emitRow(l: Layer, s: i32, b: i32, o: usize, tanhs: usize): void {
  const whole = l.units & ~3;
  turnOutlet(l, s, b);
  let j = 0;
  for (; j < whole; j += 4) emit(true, j << 2, f32x4.mul(get(true, o + (j << 2)), get(true, tanhs + (j << 2))));
  for (; j < l.units; j++) emit(false, j << 2, f32x4.mul(get(false, o + (j << 2)), get(false, tanhs + (j << 2))));
}

/** One step of four units (`wide`) or of one. */
@inline
function activate(
  wide: bool,
  j: usize,
  h: usize,
  gates: usize,
  before: usize,
  cell: usize,
  tanhs: usize,
  state: usize,
): void {
  const at = gates + j;
  const i = sigmoid4(get(wide, at));
  const f = sigmoid4(get(wide, at + h));
  const g = tanh4(get(wide, at + 2 * h));
  const o = sigmoid4(get(wide, at + 3 * h));
  const c = madd(f, get(wide, before + j), f32x4.mul(i, g));
  const t = tanh4(c);
  put(wide, at, i);
  put(wide, at + h, f);
  put(wide, at + 2 * h, g);
  put(wide, at + 3 * h, o);
  put(wide, cell + j, c);
  put(wide, tanhs + j, t);
  put(wide, state + j, f32x4.mul(o, t));
}

/** A sample that is over keeps its cell and output: c, tanh c, o and h of the step before (0 before the first). */
function hold(l: Layer, s: i32, gates: usize, before: usize, cell: usize, tanhs: usize, state: usize): void {
  const h = l.units << 2;
  memory.copy(cell, before, h);
  memory.copy(state, state - ((l.batch * l.ldz) << 2), h);
  if (s > 0) {
    memory.copy(tanhs, tanhs - l.batch * h, h);
    memory.copy(gates + 3 * h, gates + 3 * h - l.batch * h * 4, h);
  } else {
    memory.fill(tanhs, 0, h);
    memory.fill(gates + 3 * h, 0, h);
  }
}

function differentiateStep(l: Layer, s: i32): void {
  for (let b = 0; b < l.batch; b++) differentiateRow(l, s, b);
}

@inline
function differentiateRow(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const row = s * l.batch + b;
  const gates = l.gates + row * h * 4;
  const before = l.cells + row * h;
  const tanhs = l.tanhs + row * h;
  const dCell = l.dCells + b * h;
  const held = l.lengths ? l.held + b * h : 0;
  const dh = gradientOfOutput(l, s, b, l.lengths ? l.held : 0);
  const more = secondPart;
  if (isOver(l, s, b)) {
    memory.copy(held, dh, h);
    memory.fill(gates, 0, h * 4);
    return;
  }
  const whole = l.units & ~3;
  let j = 0;
  for (; j < whole; j += 4) differentiate(true, j << 2, h, dh, more, gates, before, tanhs, dCell);
  for (; j < l.units; j++) differentiate(false, j << 2, h, dh, more, gates, before, tanhs, dCell);
  if (held) memory.fill(held, 0, h);
}

@inline
function differentiate(
  wide: bool,
  j: usize,
  h: usize,
  first: usize,
  second: usize,
  gates: usize,
  before: usize,
  tanhs: usize,
  dCell: usize,
): void {
  const dh = sumOfParts(wide, j, first, second);
  const one = f32x4.splat(1);
  const at = gates + j;
  const i = get(wide, at);
  const f = get(wide, at + h);
  const g = get(wide, at + 2 * h);
  const o = get(wide, at + 3 * h);
  const t = get(wide, tanhs + j);
  const dho = f32x4.mul(dh, o);
  const dc = madd(dho, f32x4.sub(one, f32x4.mul(t, t)), get(wide, dCell + j));
  put(wide, at, f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i))));
  put(wide, at + h, f32x4.mul(f32x4.mul(dc, get(wide, before + j)), f32x4.mul(f, f32x4.sub(one, f))));
  put(wide, at + 2 * h, f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g))));
  put(wide, at + 3 * h, f32x4.mul(f32x4.mul(dho, t), f32x4.sub(one, o)));
  put(wide, dCell + j, f32x4.mul(dc, f));
}
