import type { Goal } from "../../search/scores.ts";
import { rngFor, shuffle } from "../../search/random.ts";
import { inputSources, withInputsOf, type InputSource } from "../data/outputs/shuffled-inputs.ts";
import { meanOver } from "../data/outputs/metrics.ts";
import type { Metrics } from "../data/outputs/metric.ts";
import { networkSamples } from "../data/outputs/quantiles.ts";
import { sampleCount, type SequenceSet } from "../data/outputs/sequences.ts";
import { prepareFolds } from "../data/prepare.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { Table } from "../data/file/table.ts";
import type { Engine, NamedWeights } from "../engines/engine.ts";
import { decodeModel } from "../model/model-file.ts";
import type { InputImportanceAssignment } from "../protocol/assignment.ts";
import type { InputImportance, ShuffledInput } from "../protocol/input-importance.ts";
import type { TrialSettings } from "../protocol/settings.ts";
import { preparedFor } from "./committee.ts";
import type { SessionHooks } from "./hooks.ts";
import type { Finished } from "./trainer.ts";
import { validationMetrics } from "./validation-metrics.ts";

export interface InputImportanceRun {
  readonly engine: Engine;
  readonly table: Table;
  readonly assignment: InputImportanceAssignment;
  readonly weights: Uint8Array | undefined;
  readonly hooks: SessionHooks;
}

/** A network, and validation samples that it has not seen. */
interface Part {
  readonly weights: readonly NamedWeights[];
  readonly prepared: PreparedData;
}

const valLoss = { name: "val_loss", goal: "minimize" } as const;

/** Numbers of copied inputs at a time: 32 MB. */
const numbersAtOnce = 8e6;

/**
 * Permutation importance (Breiman 2001, Random Forests, section 10; Fisher, Rudin and Dominici 2019, All Models are Wrong, but
 * Many are Useful): how much worse a stored model's validation metric gets while one source of its inputs comes from other
 * samples, each as a whole. Of a committee each member on its own fold, and the mean of them.
 */
export async function scoreInputs({
  engine,
  table,
  assignment,
  weights,
  hooks,
}: InputImportanceRun): Promise<Finished> {
  if (weights === undefined) throw new Error("the model whose inputs are to be scored was not sent");
  const { settings, repeats, seed } = assignment;
  const parts = partsOf(table, settings, decodeModel(weights).members);
  const plain = await scoreParts(engine, settings, parts, (set) => [set]);
  // A study may rank by what has nothing to do with validation samples.
  const { name: metric, goal } = assignment.metric.name in plain ? assignment.metric : valLoss;
  const score = plain[metric]!;
  const inputs: ShuffledInput[] = [];
  for (const source of inputSources(parts[0]!.prepared.pipeline.features)) {
    const losses: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const shuffled = await scoreParts(engine, settings, parts, (set, part) =>
        shuffledSets(set, source, seed, repeat, part),
      );
      losses.push(worsening(shuffled[metric]!, score, goal));
    }
    inputs.push({ kind: source.kind, name: source.name.slice(0, 300), ...meanAndError(losses) });
  }
  const found: InputImportance = {
    metric,
    score,
    samples: parts.reduce((sum, { prepared }) => sum + sampleCount(prepared.validation), 0),
    repeats,
    inputs: inputs.toSorted((a, b) => (b.worse ?? Infinity) - (a.worse ?? Infinity)),
  };
  hooks.progress({ kind: "inputs_scored", found });
  return { end: { kind: "complete" } };
}

function partsOf(
  table: Table,
  settings: TrialSettings,
  members: readonly (readonly NamedWeights[])[],
): readonly Part[] {
  const prepared =
    members.length > 1
      ? prepareFolds(table, settings.data)
      : preparedFor(1, table, settings.data, "validation");
  return members.map((weights, k) => ({ weights, prepared: prepared[k]! }));
}

/** The metrics, mean over the parts, of the samples that `cut` gives instead of each part's own. */
async function scoreParts(
  engine: Engine,
  { model }: TrialSettings,
  parts: readonly Part[],
  cut: (set: SequenceSet, part: number) => Iterable<SequenceSet>,
): Promise<Metrics> {
  const { signal } = new AbortController();
  const found: Metrics[] = [];
  for (const [k, { weights, prepared }] of parts.entries()) {
    const set = networkSamples(model, prepared.validation);
    const said = new Float32Array(set.targets.length);
    let at = 0;
    for (const piece of cut(set, k)) {
      const own = await engine.predict(model, weights, piece, signal);
      said.set(own, at);
      at += own.length;
    }
    found.push(validationMetrics(model, prepared, set, said));
  }
  return meanOver(found);
}

/** All samples, some at a time, with a source from others: by the same seed the same ones. */
function* shuffledSets(
  set: SequenceSet,
  source: InputSource,
  seed: number,
  repeat: number,
  part: number,
): Generator<SequenceSet> {
  const samples = sampleCount(set);
  const rng = rngFor(seed, "inputs", source.kind, source.name, repeat, part);
  const donors = shuffle(
    Int32Array.from({ length: samples }, (_, sample) => sample),
    rng,
  );
  const atOnce = Math.max(1, Math.floor(numbersAtOnce / (set.window * set.features)));
  for (let from = 0; from < samples; from += atOnce) {
    yield withInputsOf(set, source.indexes, donors, { from, to: Math.min(samples, from + atOnce) });
  }
}

function worsening(shuffled: number, score: number, goal: Goal): number {
  return goal === "minimize" ? shuffled - score : score - shuffled;
}

function meanAndError(values: readonly number[]): Pick<ShuffledInput, "worse" | "error"> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!Number.isFinite(mean)) return { worse: null, error: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { worse: mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
