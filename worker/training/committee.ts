import { seedFor } from "../../search/random.ts";
import { prepareData, prepareFolds } from "../data/prepare.ts";
import { networkSamples } from "../data/outputs/quantiles.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { Table } from "../data/file/table.ts";
import type { Engine } from "../engines/engine.ts";
import type { NamedWeights } from "../model/weights.ts";
import type { DataSettings } from "../protocol/data-settings.ts";
import type { TrialSettings } from "../protocol/settings.ts";
import { decodedAnswers, type Answers } from "./answers.ts";

/**
 * The folds whose models are kept. Folds of samples are drawn alike, and every one's model has seen all but its own
 * part: together they are a committee that has seen every training sample, whose mean errs less than a member does
 * (Hansen & Salamon 1990, Neural network ensembles; Parmanto, Munro & Doyle 1996, cross-validation committees).
 * Folds of a series grow: the last model has seen all that the earlier ones saw and what came after, and stays alone.
 */
export function keptFolds<T>(folds: readonly T[], { layout }: Pick<DataSettings, "layout">): readonly T[] {
  return layout === "series" ? folds.slice(-1) : folds;
}

/**
 * The seed of fold `member` (from 0): where all folds are kept, each starts from other weights and sees its samples in
 * another order, because members help each other by erring differently (Hansen & Salamon 1990).
 */
export function foldSeed(seed: number, member: number, { layout }: Pick<DataSettings, "layout">): number {
  return layout === "series" || member === 0 ? seed : seedFor(seed, "fold", member);
}

/**
 * The test samples (of one network: or the validation samples) as each of `members` networks wants them, scaled as its own
 * training rows said.
 */
export function preparedFor(
  members: number,
  table: Table,
  settings: DataSettings,
  split: "validation" | "test",
): readonly PreparedData[] {
  const options = { test: split === "test" };
  if (members === 1) return [prepareData(table, settings, options)];
  return prepareFolds(table, settings, options);
}

/**
 * The mean of what the members say of `split` [samples, outputs]: probabilities, or numbers in the data's own units,
 * because each member has a scaling of its own.
 */
export async function committeePredictions(
  engine: Engine,
  { model }: TrialSettings,
  members: readonly (readonly NamedWeights[])[],
  prepared: readonly PreparedData[],
  split: "validation" | "test",
): Promise<Answers> {
  const { signal } = new AbortController();
  const said: Answers[] = [];
  for (const [k, weights] of members.entries()) {
    const fold = prepared[k]!;
    const own = await engine.predict(model, weights, networkSamples(model, fold[split]!), signal);
    said.push(decodedAnswers(model, fold, split, own));
  }
  return meanAnswers(said);
}

/** Of several members the mean of each answer. */
export function meanAnswers(said: readonly Answers[]): Answers {
  const count = said[0]?.quantiles.length ?? 0;
  return {
    decoded: meanOf(said.map(({ decoded }) => decoded)),
    quantiles: Array.from({ length: count }, (_, q) => meanOf(said.map(({ quantiles }) => quantiles[q]!))),
  };
}

/** Element by element; what one member alone says stays as it is. */
export function meanOf(said: readonly Float64Array[]): Float64Array {
  const [first, ...others] = said;
  if (first === undefined || others.length === 0) return first ?? new Float64Array(0);
  return first.map((value, i) => others.reduce((sum, other) => sum + other[i]!, value) / said.length);
}
