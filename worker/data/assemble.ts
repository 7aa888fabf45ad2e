import type { DataSettings } from "../protocol/data-settings.ts";
import type { Metrics } from "./outputs/metric.ts";
import { named, type ScoredSplit } from "./outputs/metrics.ts";
import type { Outputs } from "./outputs/outputs.ts";
import { featureName, type Pipeline } from "./inputs/pipeline.ts";
import type { PreparedData } from "./prepared.ts";
import type { SequenceSet } from "./outputs/sequences.ts";

/** The samples of one part: where their inputs lie, and the rows by which `Outputs` knows them. */
export interface Part {
  readonly starts: Int32Array;
  readonly lengths?: Int32Array;
  readonly rows: Int32Array;
}

export interface Parts {
  readonly train: Part;
  readonly validation: Part;
  readonly test?: Part | undefined;
}

export interface Assembly {
  readonly settings: DataSettings;
  readonly pipeline: Pipeline;
  readonly outputs: Outputs;
  readonly parts: Parts;
  readonly values: Float32Array;
  readonly window: number;
  readonly warnings: readonly string[];
}

/** Puts the pieces together that both layouts share. */
export function assemble(assembly: Assembly): PreparedData {
  const { settings, pipeline, outputs, parts, warnings } = assembly;
  const rows = (split: ScoredSplit): Int32Array => {
    const part = parts[split];
    if (part === undefined) throw new RangeError("the test samples were not prepared");
    return part.rows;
  };
  const rowsOf = (split: ScoredSplit, predictions: ArrayLike<number>): Int32Array => {
    const found = rows(split);
    const expected = found.length * outputs.names.length;
    if (predictions.length !== expected) {
      throw new RangeError(
        `${predictions.length} predictions for ${expected} outputs of the ${split} samples`,
      );
    }
    return found;
  };
  const decode = (split: ScoredSplit, predictions: Float32Array): Float64Array =>
    outputs.decode(rowsOf(split, predictions), predictions);
  const scoreDecoded = (split: ScoredSplit, decoded: Float64Array): Metrics =>
    named(split, outputs.score(rowsOf(split, decoded), decoded));
  return {
    settings,
    train: sequences(assembly, parts.train),
    validation: sequences(assembly, parts.validation),
    ...(parts.test && { test: sequences(assembly, parts.test) }),
    features: pipeline.features.map(featureName),
    outputs: outputs.names,
    pipeline,
    rows,
    warnings,
    score: (split, predictions) => scoreDecoded(split, decode(split, predictions)),
    scoreDecoded,
    errors: (split, decoded) => outputs.errors(rowsOf(split, decoded), decoded),
    decode,
  };
}

function sequences({ values, window, pipeline, outputs }: Assembly, part: Part): SequenceSet {
  return {
    values,
    features: pipeline.features.length,
    window,
    starts: part.starts,
    ...(part.lengths && { lengths: part.lengths }),
    ...outputs.encode(part.rows),
  };
}
