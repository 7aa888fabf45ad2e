import type { StudyStore, Trial } from "../../../storage/store.ts";
import type { MetricColumns } from "./wire.ts";

/** Trials that are read at a time: between two readings others have their turn. */
const step = 500;

/**
 * The curves of a study as `readCurveBlock` (wire.ts) reads them. NaN: not finite, or not reported. `breathe` is waited
 * for between two pieces.
 */
export async function curveBlock(
  store: StudyStore,
  study: number,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const trials = store.trials(study);
  const curves = new Map<number, Curve>();
  for (let from = 0; from < trials.length; from += step) {
    for (const [trial, epoch, value, seconds, at] of store.curveRows(study, from, from + step)) {
      const curve = curves.get(trial) ?? { values: [], seconds: [], ats: [] };
      curves.set(trial, curve);
      while (curve.values.length < epoch - 1) {
        curve.values.push(Number.NaN);
        curve.seconds.push(0);
        curve.ats.push(Number.NaN);
      }
      curve.values[epoch - 1] = value ?? Number.NaN;
      curve.seconds[epoch - 1] = seconds;
      curve.ats[epoch - 1] = at;
    }
    await breathe();
  }
  return packed(trials, curves);
}

interface Curve {
  readonly values: number[];
  readonly seconds: number[];
  readonly ats: number[];
}

function packed(trials: readonly Trial[], curves: ReadonlyMap<number, Curve>): Float64Array {
  const count = trials.length;
  const all = [...curves.values()].reduce((sum, { values }) => sum + values.length, 0);
  const block = new Float64Array(1 + 4 * count + all);
  block[0] = count;
  let end = 1 + 4 * count;
  for (const [i, trial] of trials.entries()) {
    const { values, seconds, ats } = curves.get(trial.number) ?? { values: [], seconds: [], ats: [] };
    const best = trial.bestEpoch === null ? undefined : ats[trial.bestEpoch - 1];
    block[1 + i] = trial.number;
    block[1 + count + i] = values.length;
    block[1 + 2 * count + i] = seconds.reduce((sum, one) => sum + one, 0);
    block[1 + 3 * count + i] = best ?? trial.endedAt ?? ats.at(-1) ?? trial.at;
    block.set(values, end);
    end += values.length;
  }
  return block;
}

/** Every recorded metric at the trials' best epochs. */
export async function metricColumns(
  store: StudyStore,
  study: number,
  breathe: () => Promise<void>,
): Promise<MetricColumns> {
  const trials = store.trials(study).map(({ number }) => number);
  const columns = new Map<string, (number | null)[]>();
  for (let from = 0; from < trials.length; from += step) {
    const read = store.bestMetrics(study, from, from + step);
    for (const [trial, metrics] of read) {
      for (const [name, value] of Object.entries(metrics)) {
        const column = columns.get(name) ?? trials.map(() => null);
        columns.set(name, column);
        column[trial] = Number.isFinite(value) ? value : null;
      }
    }
    await breathe();
  }
  return { trials, metrics: Object.fromEntries(columns) };
}
