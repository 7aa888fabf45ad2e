import type { DataSettings, SplitSettings } from "../../protocol/data-settings.ts";
import { cellText } from "../file/columns.ts";
import { drawFold, drawParts, drawValidation, unusedParts, type Drawn, type Part } from "./draw-samples.ts";
import { DataError, plural } from "../errors.ts";
import { partOf, splitColumn } from "./split-column.ts";
import { dealUnits, unitAt, unitsOf } from "./deal-units.ts";
import { searchFold, type Fold } from "./retraining.ts";
import { splitRows, type SplitName } from "./split.ts";
import { columnOf, type Table } from "../file/table.ts";

/** Sample numbers of each part, rising. */
export interface SampleParts extends Readonly<Record<SplitName, Int32Array>> {
  /** Those in whose units metrics are; absent: `train`. */
  readonly measured?: Int32Array;
}

/**
 * Says which samples are trained on, validated on and tested on. Draws, those of folds too, are made by the seed of
 * `split` and keep the classes in proportion; a class always keeps a sample to train on.
 */
export function splitSamples(samples: Table, settings: DataSettings, fold?: Fold): SampleParts {
  const parts = splitForSearch(samples, settings, searchFold(fold));
  if (typeof fold !== "object") return parts;
  if (fold.kind === "backtest") {
    throw new DataError(
      `a backtest moves forward in time, and samples (\`layout: ${settings.layout}\`) have no order: run seqtune evaluate without it`,
      { setting: "layout" },
    );
  }
  const { train, validation, test } = parts;
  const all = Int32Array.from([...train, ...validation]).sort();
  return { train: all, validation: new Int32Array(0), test, measured: train };
}

function splitForSearch(samples: Table, settings: DataSettings, fold: number | undefined): SampleParts {
  const labels = labelsOf(samples, settings);
  const strata = strataOf(samples.rows, labels);
  const drawn: Drawn = { strata, labels, mixed: settings.task === "multilabel" };
  const parts = firstSplit(samples, settings.split, drawn);
  const { folds } = settings;
  if (folds !== undefined && "by" in settings.split) {
    throw new DataError("`folds` does not go with `split: {by: …}`: leave one of them out", {
      setting: "folds",
    });
  }
  if (folds !== undefined) drawFold(parts, drawn, folds, fold ?? folds - 1, seedOf(settings.split));
  const of = (part: SplitName): Int32Array =>
    Int32Array.from(parts.keys()).filter((sample) => parts[sample] === part);
  const found = { train: of("train"), validation: of("validation"), test: of("test") };
  if (folds !== undefined) requireFolds(folds, found, samples.rows);
  for (const part of ["train", "validation"] as const) requireTwo(found[part].length, part, samples.rows);
  return found;
}

/** One sample says nothing about a model. */
export function requireTwo(count: number, part: SplitName, all: number): void {
  if (count > 1) return;
  const name = part === "train" ? "training" : part;
  throw new DataError(
    `the ${name} part has ${plural(count, "sample")} of ${all}, too few to say anything: change \`split\` or give more samples`,
    { setting: "split" },
  );
}

/** Two samples in each fold's validation part, at least. */
function requireFolds(folds: number, { train, validation }: SampleParts, all: number): void {
  const dealt = train.length + validation.length;
  if (dealt >= 2 * folds) return;
  throw new DataError(
    `\`folds: ${folds}\` needs ${2 * folds} samples for training and validation, two to validate on in each fold, and there are ${dealt} of ${all}: lower \`folds\` or give more samples`,
    { setting: "folds" },
  );
}

function firstSplit(samples: Table, split: SplitSettings, drawn: Drawn): Part[] {
  if ("column" in split) {
    const column = splitColumn(samples, split);
    const parts = Array.from({ length: samples.rows }, (_, row): Part => partOf(samples, column, row));
    if (!parts.includes("validation")) drawValidation(parts, drawn, split.validation, seedOf(split));
    return parts;
  }
  if ("by" in split) {
    const part = dealUnits(unitsOf(samples, split.by), split);
    return Array.from({ length: samples.rows }, (_, row): Part => part(unitAt(samples, split.by, row)));
  }
  if ("train_until" in split) {
    throw new DataError("samples have no common time to split by: use fractions or a `split` column", {
      setting: "split",
    });
  }
  if (split.train < 1) return drawParts(samples.rows, split, drawn, seedOf(split));
  const { train, validation, test } = splitRows(split, samples.rows);
  const parts = unusedParts(samples.rows);
  return parts
    .fill("train", 0, train.end)
    .fill("validation", validation.start, validation.end)
    .fill("test", test.start, test.end);
}

/** What each sample is called in every target column; nothing where numbers are predicted. */
function labelsOf(samples: Table, { task, targets }: DataSettings): string[][] {
  const columns = task === "regression" ? [] : targets.map((name) => columnOf(samples, name, "targets"));
  return Array.from({ length: samples.rows }, (_, sample) =>
    columns.map((column) => JSON.stringify([column.name, cellText(column, sample)])),
  );
}

/** Samples of the same labels together, in order of first appearance; one stratum for numbers. */
function strataOf(samples: number, labels: readonly (readonly string[])[]): number[][] {
  const strata = new Map<string, number[]>();
  for (let sample = 0; sample < samples; sample++) {
    const key = labels[sample]!.join();
    const members = strata.get(key);
    if (members === undefined) strata.set(key, [sample]);
    else members.push(sample);
  }
  return [...strata.values()];
}

function seedOf(split: SplitSettings): number {
  return "seed" in split ? (split.seed ?? 0) : 0;
}
