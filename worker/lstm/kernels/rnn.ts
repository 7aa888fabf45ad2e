// The simple recurrent cell (Elman 1990): h(s) = tanh([x(s), h(s-1), 1] · W). `gates` [T, B, H] holds h.
import { Layer } from "./layer";
import { tanh4 } from "./math";
import {
  addGradient,
  clearFirstStates,
  emit,
  get,
  gradientOfOutput,
  isOver,
  project,
  projectBack,
  outlet,
  put,
  secondPart,
  sumOfParts,
  turnOutlet,
} from "./recurrent";

export function rnnForward(l: Layer): void {
  clearFirstStates(l);
  for (let s = 0; s < l.steps; s++) {
    project(l, s, l.z + ((s * l.batch * l.ldz) << 2), 0, l.units);
    for (let b = 0; b < l.batch; b++) activateRow(l, s, b);
  }
}

/** da = dh·(1 - h²), with dh = dOut(s) + dz(s+1)'s state columns;  dz(s) = da · [kernel; recurrent]ᵀ. */
export function rnnBackward(l: Layer): void {
  if (l.lengths) memory.fill(l.held, 0, (l.batch * l.units) << 2);
  for (let s = l.steps - 1; s >= 0; s--) {
    for (let b = 0; b < l.batch; b++) differentiateRow(l, s, b);
    if (s > 0 || l.dzWidth > l.units) projectBack(l, s, 0, l.units, false);
  }
  addGradient(l, l.z, 0, l.units);
}

function activateRow(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const states = l.gates + (s * l.batch + b) * h;
  const over = isOver(l, s, b);
  turnOutlet(l, s, b);
  if (over && s == 0) memory.fill(states, 0, h);
  else if (over) memory.copy(states, states - l.batch * h, h);
  const whole = l.units & ~3;
  let j = 0;
  for (; j < whole; j += 4) activate(true, j << 2, over, states);
  for (; j < l.units; j++) activate(false, j << 2, over, states);
}

@inline
function activate(wide: bool, j: usize, over: bool, states: usize): void {
  const value = get(wide, states + j);
  const h = over ? value : tanh4(value);
  put(wide, states + j, h);
  put(wide, outlet.state + j, h);
  emit(wide, j, h);
}

function differentiateRow(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const states = l.gates + (s * l.batch + b) * h;
  const over = isOver(l, s, b);
  const held = l.lengths ? l.held + b * h : 0;
  const dhRow = gradientOfOutput(l, s, b, l.lengths ? l.held : 0);
  const more = secondPart;
  const whole = l.units & ~3;
  let j = 0;
  for (; j < whole; j += 4) differentiate(true, j << 2, over, dhRow, more, states, held);
  for (; j < l.units; j++) differentiate(false, j << 2, over, dhRow, more, states, held);
}

@inline
function differentiate(wide: bool, j: usize, over: bool, first: usize, second: usize, states: usize, held: usize): void {
  const zero = f32x4.splat(0);
  const dh = sumOfParts(wide, j, first, second);
  const h = get(wide, states + j);
  const da = f32x4.mul(dh, f32x4.sub(f32x4.splat(1), f32x4.mul(h, h)));
  put(wide, states + j, over ? zero : da);
  if (held) put(wide, held + j, over ? dh : zero);
}
