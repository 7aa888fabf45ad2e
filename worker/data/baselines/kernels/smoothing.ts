// Exponential smoothing of one series in four ways side by side (worker/data/baselines/smoothing.ts): two vectors, so that one is worked
// on while the other waits for its sums. Whatever differs between the ways lies four times in a row.

/** Bytes of four numbers. */
const four: usize = 32;

/**
 * Takes the next `count` values, NaN where missing. `state`: level, change, and what each of `season` rows adds; `how`: the factors of
 * level and trend, the damping, the factor of the season. `place`: where in the season the first value lies.
 */
export function smooth(state: usize, how: usize, season: i32, place: i32, values: usize, count: i32): void {
  const seasons = state + 2 * four;
  const last = seasons + season * four;
  const end = values + (count << 3);
  const levelFactorA = v128.load(how);
  const levelFactorB = v128.load(how, 16);
  const levelKeptA = rest(levelFactorA);
  const levelKeptB = rest(levelFactorB);
  const trendA = v128.load(how, 32);
  const trendB = v128.load(how, 48);
  const dampingA = v128.load(how, 64);
  const dampingB = v128.load(how, 80);
  const trendKeptA = f64x2.mul(rest(trendA), dampingA);
  const trendKeptB = f64x2.mul(rest(trendB), dampingB);
  const seasonFactorA = v128.load(how, 96);
  const seasonFactorB = v128.load(how, 112);
  const seasonKeptA = rest(seasonFactorA);
  const seasonKeptB = rest(seasonFactorB);
  let levelA = v128.load(state);
  let levelB = v128.load(state, 16);
  let changeA = v128.load(state, 32);
  let changeB = v128.load(state, 48);
  let at = seasons + place * four;
  while (values < end) {
    const value = v128.load64_splat(values);
    const dampedA = f64x2.mul(dampingA, changeA);
    const dampedB = f64x2.mul(dampingB, changeB);
    const expectedA = f64x2.add(levelA, dampedA);
    const expectedB = f64x2.add(levelB, dampedB);
    if (load<f64>(values) == load<f64>(values)) {
      const addedA = v128.load(at);
      const addedB = v128.load(at, 16);
      const newerA = mixed(levelFactorA, f64x2.sub(value, addedA), levelKeptA, expectedA);
      const newerB = mixed(levelFactorB, f64x2.sub(value, addedB), levelKeptB, expectedB);
      changeA = mixed(trendA, f64x2.sub(newerA, levelA), trendKeptA, changeA);
      changeB = mixed(trendB, f64x2.sub(newerB, levelB), trendKeptB, changeB);
      v128.store(at, mixed(seasonFactorA, f64x2.sub(value, expectedA), seasonKeptA, addedA));
      v128.store(at, mixed(seasonFactorB, f64x2.sub(value, expectedB), seasonKeptB, addedB), 16);
      levelA = newerA;
      levelB = newerB;
    } else {
      levelA = expectedA;
      levelB = expectedB;
      changeA = dampedA;
      changeB = dampedB;
    }
    values += 8;
    at += four;
    if (at == last) at = seasons;
  }
  v128.store(state, levelA);
  v128.store(state, levelB, 16);
  v128.store(state, changeA, 32);
  v128.store(state, changeB, 48);
}

/**
 * Adds the squared errors of forecasts `steps` rows ahead, every `stride`, to the sums of the four ways, and returns how many of the
 * true values are there. `place`: where in the season the next value lies; `grown` [steps, 4]: how often a forecast counts the change.
 */
export function addErrors(
  sums: usize,
  state: usize,
  season: i32,
  place: i32,
  grown: usize,
  values: usize,
  steps: i32,
  stride: i32,
): i32 {
  let sumA = v128.load(sums);
  let sumB = v128.load(sums, 16);
  let count = 0;
  for (let step = 0; step < steps; step += stride) {
    const value = load<f64>(values + (step << 3));
    if (value != value) continue;
    const truth = f64x2.splat(value);
    const added = state + (2 + ((place + step) % season)) * four;
    const often = grown + step * four;
    const errorA = f64x2.sub(ahead(state, added, often), truth);
    const errorB = f64x2.sub(ahead(state + 16, added + 16, often + 16), truth);
    sumA = f64x2.add(sumA, f64x2.mul(errorA, errorA));
    sumB = f64x2.add(sumB, f64x2.mul(errorB, errorB));
    count++;
  }
  v128.store(sums, sumA);
  v128.store(sums, sumB, 16);
  return count;
}

/** Forecasts of the first way, up to `steps` rows ahead. */
export function forecast(out: usize, state: usize, season: i32, place: i32, grown: usize, steps: i32): void {
  for (let step = 0; step < steps; step++) {
    const added = state + (2 + ((place + step) % season)) * four;
    store<f64>(out + (step << 3), f64x2.extract_lane(ahead(state, added, grown + step * four), 0));
  }
}

/** Level, how often the change, and what the row of the season adds, of two ways. */
@inline
function ahead(state: usize, added: usize, grown: usize): v128 {
  const changed = f64x2.mul(v128.load(state + four), v128.load(grown));
  return f64x2.add(f64x2.add(v128.load(state), changed), v128.load(added));
}

@inline
function rest(share: v128): v128 {
  return f64x2.sub(f64x2.splat(1), share);
}

@inline
function mixed(share: v128, x: v128, kept: v128, y: v128): v128 {
  return f64x2.add(f64x2.mul(share, x), f64x2.mul(kept, y));
}
