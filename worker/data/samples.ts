import type { DataSettings } from "../protocol/data-settings.ts";
import { assemble, type Part } from "./assemble.ts";
import { unseenLevels } from "./inputs/encode-features.ts";
import { plural } from "./errors.ts";
import { fitSeen } from "./inputs/fit-seen.ts";
import { fitFeatures } from "./inputs/fit-features.ts";
import { Inputs, inputRows, mapRange } from "./inputs/inputs.ts";
import type { DataOutline, PreparedData, PrepareOptions } from "./prepared.ts";
import { fitSampleOutputs } from "./outputs/sample-outputs.ts";
import type { Fold } from "./split/retraining.ts";
import { requireTwo, splitSamples, type SampleParts } from "./split/sample-split.ts";
import { requireOneTruth, requireSomeStep, sampleTable, type SampleTable } from "./split/sample-table.ts";
import { sampleCount } from "./outputs/sequences.ts";
import type { FittedOutputs } from "./outputs/series-outputs.ts";
import { length, longest, type RowRange, type SplitName } from "./split/split.ts";
import type { Table } from "./file/table.ts";

/** Samples with everything fitted that does not depend on the inputs. */
export interface FittedSamples extends FittedOutputs {
  readonly source: SampleTable;
  readonly split: SampleParts;
  /** The samples of each part whose targets are all known. */
  readonly parts: SampleParts;
}

export function fitSamples(table: Table, settings: DataSettings, fold?: Fold): FittedSamples {
  const source = sampleTable(table, settings);
  requireOneTruth(source, settings);
  const split = splitSamples(source.samples, settings, fold);
  const fitted = fitSampleOutputs(source.samples, split, settings);
  const known = (part: SplitName): Int32Array =>
    split[part].filter((sample) => fitted.outputs.observed(sample));
  return {
    ...fitted,
    source,
    split,
    parts: { train: known("train"), validation: known("validation"), test: known("test") },
  };
}

/** Whole samples, one target each (layouts wide and long). */
export function prepareSamples(
  table: Table,
  settings: DataSettings,
  options: PrepareOptions,
  fold?: Fold,
): PreparedData {
  const { source, split, parts, outputs, targets } = fitSamples(table, settings, fold);
  const names: SplitName[] = [
    "train",
    ...(typeof fold === "object" ? [] : (["validation"] as const)),
    ...(options.test ? (["test"] as const) : []),
  ];
  for (const name of names) requireTwo(parts[name].length, name, source.samples.rows);
  const { blocks } = source.steps;
  const blocksOf = (samples: Int32Array): RowRange[] => Array.from(samples, (sample) => blocks[sample]!);

  const rows = inputRows(source.steps, source.settings);
  const mapped = (ranges: readonly RowRange[]): RowRange[] =>
    ranges.map((range) => mapRange(rows.before, range));
  requireSomeStep(source, rows.rows.blocks);
  const window = longest(rows.rows.blocks);
  const fitted = fitFeatures(rows.rows, mapped(blocksOf(parts.train)), source.settings);
  const wanted = names.flatMap((name) => blocksOf(parts[name]));
  const inputs = new Inputs(rows, fitted.features, source.settings, wanted, window);
  const part = (samples: Int32Array): Part => {
    const ranges = mapped(blocksOf(samples));
    const lengths = Int32Array.from(ranges, length);
    return {
      rows: samples,
      starts: Int32Array.from(ranges, ({ start }) => start),
      ...(lengths.some((steps) => steps < window) && { lengths }),
    };
  };
  const { stepColumns } = source;
  return assemble({
    settings,
    pipeline: {
      task: settings.task,
      window,
      ...(stepColumns && { steps: [...stepColumns] }),
      features: [...fitted.features],
      seen: fitSeen(source.steps, fitted.ranges),
      ...targets,
    },
    outputs,
    parts: {
      train: part(parts.train),
      validation: part(parts.validation),
      test: options.test ? part(parts.test) : undefined,
    },
    values: inputs.values(),
    window,
    warnings: [
      ...fitted.warnings,
      ...unseenLevels(fitted.features, rows.rows, mapped(wanted)),
      ...names.flatMap((name) => unlabelled(name, split[name].length - parts[name].length)),
    ],
  });
}

/** What `prepareSamples` would make, in numbers and names. */
export function outlineSamples(table: Table, settings: DataSettings, fold?: number): DataOutline {
  const { train, validation, features, outputs, pipeline, warnings } = prepareSamples(
    table,
    settings,
    {},
    fold,
  );
  return {
    window: train.window,
    samples: { train: sampleCount(train), validation: sampleCount(validation) },
    features,
    outputs,
    ...(pipeline.steps && { steps: pipeline.steps }),
    warnings,
  };
}

function unlabelled(part: SplitName, count: number): string[] {
  return count === 0 ? [] : [`${plural(count, `${part} sample`)} left out because a target is missing`];
}
