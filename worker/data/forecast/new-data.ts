import type { DataSettings } from "../../protocol/data-settings.ts";
import { arrange, groupColumns, seriesNames, type Arranged } from "../split/arrange.ts";
import { unseenLevels } from "../inputs/encode-features.ts";
import { DataError } from "../errors.ts";
import type { RowRange } from "../split/split.ts";
import { Inputs, inputRows } from "../inputs/inputs.ts";
import type { Outputs } from "../outputs/outputs.ts";
import { answeredEnds, knownEnds } from "./known-ends.ts";
import { inputColumns, looksAhead, refuseMissing } from "./new-columns.ts";
import { plainOutputs, windowOutputs } from "./new-outputs.ts";
import { pacesOf, type Pace } from "./pace.ts";
import type { Pipeline } from "../inputs/pipeline.ts";
import { tableOf, type DataSource } from "../prepare.ts";
import { requireSomeStep, sampleTable } from "../split/sample-table.ts";
import { tooShort } from "./too-short.ts";
import { farOutsideWarnings, requireSameStep } from "./unlike-training.ts";
import type { SequenceSet } from "../outputs/sequences.ts";
import type { Table } from "../file/table.ts";

/** Where a prediction belongs. */
export interface PredictedSample {
  /** What the columns that tell series or samples apart say of it; empty where there are none. */
  readonly names: readonly string[];
  /** Line of the file with the last row that the model sees. */
  readonly line: number;
  /** Time of that row, milliseconds since 1970. */
  readonly time?: number;
}

/** New data as a trained model wants it. */
export interface NewData {
  /** Without targets: `targets` is empty. */
  readonly set: SequenceSet;
  readonly samples: readonly PredictedSample[];
  /** Names of the outputs: `OT+1`, `label=3`. */
  readonly outputs: readonly string[];
  /** By sample: how its series goes on, for the times of a forecast; undefined where one row is all there is. */
  readonly paces?: readonly (Pace | undefined)[];
  /** Sentences for people: categories that training never saw. */
  readonly warnings: readonly string[];
  /** The samples as `outputs` knows them, with the past of the targets where the settings ask for it. */
  readonly known: {
    readonly outputs: Outputs;
    readonly rows: Int32Array;
    readonly blocks: readonly RowRange[];
  };
  /** Predictions [samples, outputs] in the data's own units, or probabilities. */
  decode(predictions: Float32Array): Float64Array;
}

export interface NewDataOptions {
  /** Layout series: predict from the end of each series (`last`, the default) or after every row that has a window. */
  readonly from?: "last" | "every";
  /** Of a committee all members' inputs: a category that one of them knows is no news. Default: the pipeline's. */
  readonly known?: Pipeline["features"];
  /** Layout series: the rows after the last one with a target are there for other models, which know something of them. */
  readonly answered?: boolean;
}

/**
 * Prepares data without known answers by what `pipeline` learned in training. The file needs the input columns
 * by the same names; a series also needs its target column where predictions are measured from past values.
 */
export function prepareNewData(
  source: DataSource,
  settings: DataSettings,
  pipeline: Pipeline,
  options: NewDataOptions = {},
): NewData {
  const table = tableOf(source, settings);
  const fixed = { ...settings, ...inputColumns(pipeline) };
  if (settings.missing === "error" && !looksAhead(fixed)) refuseMissing(table, fixed);
  const prepare = settings.layout === "series" ? newWindows : newSamples;
  return prepare(table, fixed, pipeline, options);
}

function newWindows(
  table: Table,
  settings: DataSettings,
  pipeline: Pipeline,
  { from = "last", known = pipeline.features, answered = false }: NewDataOptions,
): NewData {
  const { window } = pipeline;
  const arranged = arrange(table, settings);
  const { blocks, times } = arranged;
  requireSameStep(pipeline, arranged);
  const ahead = looksAhead(settings) ? settings.horizon : 0;
  const plain = answered ? answeredEnds(arranged, settings) : blocks.map(({ end }) => end);
  const ends = ahead > 0 ? knownEnds(arranged, settings) : plain;
  // What is not known yet is missing after the last target, and in no window.
  const read =
    ahead > 0 && settings.missing === "error" ? { ...settings, missing: "ffill" as const } : settings;
  const rowsSeen = inputRows(arranged, read);
  const inputs = new Inputs(rowsSeen, pipeline.features, read, blocks);
  const places = windowEnds(inputs, blocks, ends, window, from);
  const rowsOf = blocks.map((block, b) => inputs.reach(block, block.start, ends[b]!));
  const short = tooShort(blocks, rowsOf, window);
  if (places.length === 0) throw new DataError(short.error);
  const origins = Int32Array.from(places, ({ row }) => row);
  const looked = rowsSeen.rows.blocks.map(({ start, end: own }, b) => {
    const end = ahead > 0 ? ends[b]! : own;
    return { start: from === "last" ? Math.max(start, end - window) : start, end };
  });
  const starts = inputs.starts(origins, window);
  const outputs = windowOutputs(arranged, settings, pipeline);
  const paces = pacesOf(arranged);
  const groups = groupColumns(settings);
  return {
    set: newSet(pipeline, outputs, { values: inputs.values(), starts }),
    samples: places.map(({ block, row }) => ({
      names: seriesNames(arranged.table, blocks[block]!, groups),
      line: arranged.table.lines[row - 1]!,
      ...(times && { time: times[row - 1]! }),
    })),
    outputs: outputs.names,
    ...(times && { paces: places.map(({ block }) => paces[block]) }),
    warnings: [
      ...short.warnings,
      ...unseenLevels(known, rowsSeen.rows, looked),
      ...farOutsideWarnings(pipeline, rowsSeen.rows.table, looked),
    ],
    known: { outputs, rows: origins, blocks },
    decode: (predictions) => outputs.decode(origins, predictions),
  };
}

/** Where predictions begin: the row behind each window, with its block. */
function windowEnds(
  inputs: Inputs,
  blocks: Arranged["blocks"],
  ends: readonly number[],
  window: number,
  from: NewDataOptions["from"],
): readonly { readonly block: number; readonly row: number }[] {
  return blocks.flatMap((block, b) => {
    const last = ends[b]!;
    const reach = inputs.reach(block, block.start, last);
    if (reach < window || (block.continues === true && from === "last")) return [];
    if (from === "last") return [{ block: b, row: last }];
    const rows: { block: number; row: number }[] = [];
    for (let row = block.start + 1; row <= last; row++)
      if (inputs.reach(block, block.start, row) >= window) rows.push({ block: b, row });
    return rows;
  });
}

function newSamples(
  table: Table,
  settings: DataSettings,
  pipeline: Pipeline,
  { known = pipeline.features }: NewDataOptions,
): NewData {
  const { window } = pipeline;
  const source = sampleTable(table, settings);
  const { steps, settings: inputSettings } = source;
  const { rows, before } = inputRows(steps, inputSettings);
  requireSomeStep(source, rows.blocks);
  const inputs = new Inputs({ rows, before }, pipeline.features, inputSettings, steps.blocks, window);
  const lengths = Int32Array.from(rows.blocks, ({ start, end }) => Math.min(window, end - start));
  const outputs = plainOutputs(pipeline, source.samples);
  const numbers = Int32Array.from(lengths.keys());
  const looked = rows.blocks.map(({ end }, i) => ({ start: end - lengths[i]!, end }));
  return {
    set: newSet(pipeline, outputs, {
      values: inputs.values(),
      // Of a sample longer than any in training, the model sees the end.
      starts: Int32Array.from(rows.blocks, ({ end }, i) => end - lengths[i]!),
      ...(lengths.some((length) => length < window) && { lengths }),
    }),
    samples: rows.blocks.map(({ name, end }) => ({
      names: name === undefined ? [] : [name],
      line: rows.table.lines[end - 1]!,
    })),
    outputs: outputs.names,
    warnings: [...unseenLevels(known, rows, looked), ...farOutsideWarnings(pipeline, rows.table, looked)],
    known: { outputs, rows: numbers, blocks: steps.blocks },
    decode: (predictions) => outputs.decode(numbers, predictions),
  };
}

function newSet(
  pipeline: Pipeline,
  outputs: Outputs,
  inputs: Pick<SequenceSet, "values" | "starts" | "lengths">,
): SequenceSet {
  return {
    ...outputs.encode(new Int32Array(0)),
    ...inputs,
    features: pipeline.features.length,
    window: pipeline.window,
  };
}
