import type { SequenceSet } from "./sequences.ts";
import type { FittedFeature } from "../inputs/pipeline.ts";

/** Inputs that say the same thing, and are shuffled together: `indexes` are their places in `values`. */
export interface InputSource {
  readonly kind: "column" | "calendar" | "position";
  readonly name: string;
  readonly indexes: readonly number[];
}

/** The columns a model's inputs are made of (its number, whether it is missing, its levels, its values known in advance), and the rest. */
export function inputSources(features: readonly FittedFeature[]): readonly InputSource[] {
  const found = new Map<string, { kind: InputSource["kind"]; name: string; indexes: number[] }>();
  for (const [index, feature] of features.entries()) {
    const source = sourceOf(feature);
    const key = `${source.kind} ${source.name}`;
    const known = found.get(key) ?? { ...source, indexes: [] };
    known.indexes.push(index);
    found.set(key, known);
  }
  return [...found.values()];
}

function sourceOf(feature: FittedFeature): Omit<InputSource, "indexes"> {
  if (feature.kind === "calendar") return { kind: "calendar", name: feature.part };
  if (feature.kind === "position") return { kind: "position", name: "position" };
  return { kind: "column", name: feature.column };
}

/**
 * Samples `from` to `to` with the inputs `indexes` taken from other samples, `donors` [all samples], step by step; the rest
 * stays. Where a donor is shorter, its last step is taken again.
 */
export function withInputsOf(
  set: SequenceSet,
  indexes: readonly number[],
  donors: Int32Array,
  { from, to }: { readonly from: number; readonly to: number },
): SequenceSet {
  const { window, features, outputs } = set;
  const size = window * features;
  const values = new Float32Array((to - from) * size);
  for (let sample = from; sample < to; sample++) {
    const at = (sample - from) * size;
    const own = set.starts[sample]! * features;
    values.set(set.values.subarray(own, own + size), at);
    const donor = donors[sample]!;
    const first = set.starts[donor]! * features;
    const last = lengthOf(set, donor) - 1;
    for (let step = 0; step < lengthOf(set, sample); step++) {
      const taken = first + Math.min(step, last) * features;
      for (const f of indexes) values[at + step * features + f] = set.values[taken + f]!;
    }
  }
  return {
    ...set,
    values,
    starts: Int32Array.from({ length: to - from }, (_, i) => i * window),
    ...(set.lengths && { lengths: set.lengths.slice(from, to) }),
    targets: set.targets.slice(from * outputs, to * outputs),
  };
}

function lengthOf({ window, lengths }: SequenceSet, sample: number): number {
  return lengths?.[sample] ?? window;
}
