// One update of all weights w by their gradients g; n is a multiple of 4 (the vectors are filled up with zeros).
// Formulas as in TF.js 4.22 (`tf.train`) where it has them, else as in PyTorch 2. Decays come in double precision,
// so that 1 - 0.999 keeps its digits.
import { madd, nmadd } from "./simd";

/** A step of the rule with this code; its numbers are those of worker/protocol/optimizers.ts, in their order. */
export function update(
  code: i32,
  n: i32,
  w: usize,
  g: usize,
  first: usize,
  second: usize,
  a: f64,
  b: f64,
  c: f64,
  d: f64,
  e: f64,
  f: f64,
): void {
  switch (code) {
    case 0:
      return sgd(n, w, g, <f32>a);
    case 1:
      return momentum(n, w, g, first, <f32>a, <f32>b, c != 0);
    case 2:
      return adam(n, w, g, first, second, a, b, <f32>c, <f32>d, <f32>e, <f32>f);
    case 3:
      return rmsprop(n, w, g, first, second, <f32>a, b, <f32>c, <f32>d);
    case 4:
      return adagrad(n, w, g, first, <f32>a, <f32>b);
    case 5:
      return adadelta(n, w, g, first, second, <f32>a, b, <f32>c);
    case 6:
      return lion(n, w, g, first, <f32>a, b, c);
    default:
      unreachable();
  }
}

/** w -= rate·g */
function sgd(n: i32, w: usize, g: usize, rate: f32): void {
  const lr = f32x4.splat(rate);
  for (const end = w + (n << 2); w < end; w += 16, g += 16) {
    v128.store(w, nmadd(lr, v128.load(g), v128.load(w)));
  }
}

/** v = momentum·v + g;  w -= rate·v, or rate·(g + momentum·v) for Nesterov's. */
function momentum(n: i32, w: usize, g: usize, v: usize, rate: f32, decay: f32, nesterov: bool): void {
  const lr = f32x4.splat(rate);
  const mu = f32x4.splat(decay);
  for (const end = w + (n << 2); w < end; w += 16, g += 16, v += 16) {
    const gradient = v128.load(g);
    const velocity = madd(mu, v128.load(v), gradient);
    v128.store(v, velocity);
    v128.store(w, nmadd(lr, nesterov ? madd(mu, velocity, gradient) : velocity, v128.load(w)));
  }
}

/**
 * m = beta1·m + (1-beta1)·g;  v = beta2·v + (1-beta2)·g²
 * w -= (momentShare·m + gradientShare·g) / (√(v·correction) + epsilon)
 * Adam: momentShare = rate / (1 - beta1^t), gradientShare = 0; both with correction = 1 / (1 - beta2^t).
 * Nadam (Dozat 2016): momentShare = rate·mu(t+1) / (1 - Πmu(1…t+1)), gradientShare = rate·(1-mu(t)) / (1 - Πmu(1…t)).
 */
function adam(
  n: i32,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  beta1: f64,
  beta2: f64,
  epsilon: f32,
  correction: f32,
  momentShare: f32,
  gradientShare: f32,
): void {
  const b1 = f32x4.splat(<f32>beta1);
  const b2 = f32x4.splat(<f32>beta2);
  const rest1 = f32x4.splat(<f32>(1.0 - beta1));
  const rest2 = f32x4.splat(<f32>(1.0 - beta2));
  const eps = f32x4.splat(epsilon);
  const unbias = f32x4.splat(correction);
  const share = f32x4.splat(momentShare);
  const direct = f32x4.splat(gradientShare);
  for (const end = w + (n << 2); w < end; w += 16, g += 16, m += 16, v += 16) {
    const gradient = v128.load(g);
    const first = madd(b1, v128.load(m), f32x4.mul(rest1, gradient));
    const second = madd(b2, v128.load(v), f32x4.mul(rest2, f32x4.mul(gradient, gradient)));
    v128.store(m, first);
    v128.store(v, second);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(second, unbias)), eps);
    const push = madd(direct, gradient, f32x4.mul(share, first));
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(push, size)));
  }
}

/** s = rho·s + (1-rho)·g²;  v = momentum·v + rate·g / √(s + epsilon);  w -= v. Without momentum v is not kept (0). */
function rmsprop(
  n: i32,
  w: usize,
  g: usize,
  s: usize,
  v: usize,
  rate: f32,
  rho: f64,
  decay: f32,
  epsilon: f32,
): void {
  const r = f32x4.splat(<f32>rho);
  const rest = f32x4.splat(<f32>(1.0 - rho));
  const mu = f32x4.splat(decay);
  const lr = f32x4.splat(rate);
  const eps = f32x4.splat(epsilon);
  for (let i = 0; i < n << 2; i += 16) {
    const gradient = v128.load(g + i);
    const square = madd(r, v128.load(s + i), f32x4.mul(rest, f32x4.mul(gradient, gradient)));
    v128.store(s + i, square);
    let step = f32x4.div(f32x4.mul(lr, gradient), f32x4.sqrt(f32x4.add(square, eps)));
    if (v) {
      step = madd(mu, v128.load(v + i), step);
      v128.store(v + i, step);
    }
    v128.store(w + i, f32x4.sub(v128.load(w + i), step));
  }
}

/** s += g²;  w -= rate·g / √(s + epsilon) */
function adagrad(n: i32, w: usize, g: usize, s: usize, rate: f32, epsilon: f32): void {
  const lr = f32x4.splat(rate);
  const eps = f32x4.splat(epsilon);
  for (const end = w + (n << 2); w < end; w += 16, g += 16, s += 16) {
    const gradient = v128.load(g);
    const sum = madd(gradient, gradient, v128.load(s));
    v128.store(s, sum);
    const step = f32x4.div(f32x4.mul(lr, gradient), f32x4.sqrt(f32x4.add(sum, eps)));
    v128.store(w, f32x4.sub(v128.load(w), step));
  }
}

/** s = rho·s + (1-rho)·g²;  d = √(u + epsilon) / √(s + epsilon)·g;  u = rho·u + (1-rho)·d²;  w -= rate·d */
function adadelta(
  n: i32,
  w: usize,
  g: usize,
  s: usize,
  u: usize,
  rate: f32,
  rho: f64,
  epsilon: f32,
): void {
  const r = f32x4.splat(<f32>rho);
  const rest = f32x4.splat(<f32>(1.0 - rho));
  const lr = f32x4.splat(rate);
  const eps = f32x4.splat(epsilon);
  for (const end = w + (n << 2); w < end; w += 16, g += 16, s += 16, u += 16) {
    const gradient = v128.load(g);
    const square = madd(r, v128.load(s), f32x4.mul(rest, f32x4.mul(gradient, gradient)));
    v128.store(s, square);
    const updates = v128.load(u);
    const size = f32x4.div(f32x4.sqrt(f32x4.add(updates, eps)), f32x4.sqrt(f32x4.add(square, eps)));
    const step = f32x4.mul(size, gradient);
    v128.store(u, madd(r, updates, f32x4.mul(rest, f32x4.mul(step, step))));
    v128.store(w, nmadd(lr, step, v128.load(w)));
  }
}

/** w -= rate·sign(beta1·m + (1-beta1)·g);  m = beta2·m + (1-beta2)·g. The sign of 0 is 0, that of NaN is NaN. */
function lion(n: i32, w: usize, g: usize, m: usize, rate: f32, beta1: f64, beta2: f64): void {
  const b1 = f32x4.splat(<f32>beta1);
  const b2 = f32x4.splat(<f32>beta2);
  const rest1 = f32x4.splat(<f32>(1.0 - beta1));
  const rest2 = f32x4.splat(<f32>(1.0 - beta2));
  const lr = f32x4.splat(rate);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (const end = w + (n << 2); w < end; w += 16, g += 16, m += 16) {
    const gradient = v128.load(g);
    const momentum = v128.load(m);
    const push = madd(b1, momentum, f32x4.mul(rest1, gradient));
    const up = v128.and(f32x4.gt(push, zero), one);
    const down = v128.and(f32x4.lt(push, zero), one);
    const sign = v128.bitselect(f32x4.sub(up, down), push, f32x4.eq(push, push));
    v128.store(m, madd(b2, momentum, f32x4.mul(rest2, gradient)));
    v128.store(w, nmadd(lr, sign, v128.load(w)));
  }
}
