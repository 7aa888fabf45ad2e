// The gated recurrent unit (Cho et al. 2014), gate order z, r, n, the state reset before its product as in Keras
// (`reset_after: false`). `cells` [T + 1, B, H] keeps the states h, `resets` [T, B, ldz] the rows [x, r·h, 1].
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
  outlet,
  put,
  secondPart,
  sumOfParts,
  turnOutlet,
} from "./recurrent";
import { madd } from "./simd";

/**
 * All steps of one layer, s = 0 … T-1; m is the dropout of the state, 1 without:
 *   [z r] = sigmoid([x(s), m·h(s-1), 1] · W[z r]);  n = tanh([x(s), r·m·h(s-1), 1] · W[n])
 *   h(s) = z·h(s-1) + (1-z)·n
 */
export function gruForward(l: Layer): void {
  const split = 2 * l.units;
  clearFirstStates(l);
  memory.fill(l.cells, 0, (l.batch * l.units) << 2);
  for (let s = 0; s < l.steps; s++) {
    const rows = (s * l.batch * l.ldz) << 2;
    project(l, s, l.z + rows, 0, split);
    for (let b = 0; b < l.batch; b++) resetRow(l, s, b);
    project(l, s, l.resets + rows, split, l.gateWidth);
    for (let b = 0; b < l.batch; b++) activateRow(l, s, b);
  }
}

/**
 * s = T-1 … 0, with dh = dOut(s) + m·dz(s+1)'s state columns + what is carried:
 *   dz = dh·(h(s-1) - n)·z(1-z);  dn = dh·(1-z)·(1-n²);  [dx, d(r·m·h)] = dn · W[n]ᵀ
 *   dr = d(r·m·h)·m·h(s-1)·r(1-r);  [dx, d(m·h)] += [0, d(r·m·h)·r] + [dz dr] · W[z r]ᵀ;  carried: dh·z
 */
export function gruBackward(l: Layer): void {
  const split = 2 * l.units;
  memory.fill(l.dCells, 0, (l.batch * l.units) << 2);
  for (let s = l.steps - 1; s >= 0; s--) {
    for (let b = 0; b < l.batch; b++) differentiateRow(l, s, b);
    projectBack(l, s, split, l.gateWidth, false);
    for (let b = 0; b < l.batch; b++) differentiateReset(l, s, b);
    projectBack(l, s, 0, split, true);
  }
  addGradient(l, l.z, 0, split);
  addGradient(l, l.resets, split, l.gateWidth);
}

/** z and r of one sample, and its row [x, r·m·h, 1]. */
function resetRow(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const row = s * l.batch + b;
  const gates = l.gates + row * h * 3;
  const from = l.z + ((row * l.ldz) << 2);
  const to = l.resets + ((row * l.ldz) << 2);
  memory.copy(to, from, l.inputs << 2);
  store<f32>(to + ((l.ldz - 1) << 2), 1);
  const state = l.inputs << 2;
  for (let j: usize = 0; j < <usize>h; j += 4) {
    const r = sigmoid4(get(false, gates + h + j));
    put(false, gates + j, sigmoid4(get(false, gates + j)));
    put(false, gates + h + j, r);
    put(false, to + state + j, f32x4.mul(r, get(false, from + state + j)));
  }
}

function activateRow(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const row = s * l.batch + b;
  const gates = l.gates + row * h * 3;
  const before = l.cells + row * h;
  const after = before + l.batch * h;
  const over = isOver(l, s, b);
  turnOutlet(l, s, b);
  for (let j: usize = 0; j < <usize>h; j += 4) {
    const z = get(false, gates + j);
    const n = tanh4(get(false, gates + 2 * h + j));
    const held = get(false, before + j);
    const next = over ? held : madd(z, f32x4.sub(held, n), n);
    put(false, gates + 2 * h + j, n);
    put(false, after + j, next);
    put(false, outlet.state + j, next);
    emit(false, j, next);
  }
}

function differentiateRow(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const row = s * l.batch + b;
  const gates = l.gates + row * h * 3;
  const before = l.cells + row * h;
  const carried = l.dCells + b * h;
  const over = isOver(l, s, b);
  const one = f32x4.splat(1);
  const first = gradientOfOutput(l, s, b, l.dCells);
  const second = secondPart;
  if (over) memory.fill(gates, 0, h * 3);
  for (let j: usize = 0; j < <usize>h; j += 4) {
    const dh = sumOfParts(false, j, first, second);
    if (over) {
      put(false, carried + j, dh);
      continue;
    }
    const z = get(false, gates + j);
    const n = get(false, gates + 2 * h + j);
    const rest = f32x4.sub(one, z);
    const dz = f32x4.mul(f32x4.mul(dh, f32x4.sub(get(false, before + j), n)), f32x4.mul(z, rest));
    put(false, gates + j, dz);
    put(false, gates + 2 * h + j, f32x4.mul(f32x4.mul(dh, rest), f32x4.sub(one, f32x4.mul(n, n))));
    put(false, carried + j, f32x4.mul(dh, z));
  }
}

/** dr from d(r·m·h), which makes room for d(r·m·h)·r. */
function differentiateReset(l: Layer, s: i32, b: i32): void {
  const h = l.units << 2;
  const row = s * l.batch + b;
  const reset = l.gates + row * h * 3 + h;
  const state = l.z + ((row * l.ldz + l.inputs) << 2);
  const dState = l.dz + s * l.dzStep + ((b * l.ldDz + l.dzWidth - l.units) << 2);
  const one = f32x4.splat(1);
  for (let j: usize = 0; j < <usize>h; j += 4) {
    const r = get(false, reset + j);
    const d = get(false, dState + j);
    const dr = f32x4.mul(f32x4.mul(d, get(false, state + j)), f32x4.mul(r, f32x4.sub(one, r)));
    put(false, reset + j, dr);
    put(false, dState + j, f32x4.mul(d, r));
  }
}
