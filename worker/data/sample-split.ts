import { rngFor, shuffle } from "../../search/random.ts";
import type { DataSettings, SplitSettings } from "../protocol/data-settings.ts";
import { cellText } from "./columns.ts";
import { DataError, plural } from "./errors.ts";
import { partOf, splitColumn } from "./split-column.ts";
import { splitRows, type SplitName } from "./split.ts";
import { columnOf, type Table } from "./table.ts";

type Part = SplitName | "unused";

/** Sample numbers of each part, rising. */
export type SampleParts = Readonly<Record<SplitName, Int32Array>>;

/**
 * Says which samples are trained on, validated on and tested on. Draws are made by the seed of `split` and keep
 * the classes in proportion; a class always keeps a sample to train on.
 */
export function splitSamples(samples: Table, settings: DataSettings, fold?: number): SampleParts {
  const strata = strataOf(samples, settings);
  const parts = firstSplit(samples, settings.split, strata);
  const { folds } = settings;
  if (folds !== undefined) drawFold(parts, strata, folds, fold ?? folds - 1, seedOf(settings.split));
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

function firstSplit(samples: Table, split: SplitSettings, strata: readonly number[][]): Part[] {
  if ("column" in split) {
    const column = splitColumn(samples, split);
    const parts = Array.from({ length: samples.rows }, (_, row): Part => partOf(samples, column, row));
    if (!parts.includes("validation")) drawValidation(parts, strata, split.validation, seedOf(split));
    return parts;
  }
  if ("train_until" in split) {
    throw new DataError("samples have no common time to split by: use fractions or a `split` column", {
      setting: "split",
    });
  }
  if (split.train < 1) return drawParts(samples.rows, split, strata);
  const { train, validation, test } = splitRows(split, samples.rows);
  const parts = unusedParts(samples.rows);
  return parts
    .fill("train", 0, train.end)
    .fill("validation", validation.start, validation.end)
    .fill("test", test.start, test.end);
}

function unusedParts(samples: number): Part[] {
  return Array.from({ length: samples }, () => "unused");
}

function seedOf(split: SplitSettings): number {
  return "seed" in split ? (split.seed ?? 0) : 0;
}

/** Samples of the same class together, in order of first appearance; one stratum for numbers. */
function strataOf(samples: Table, { task, targets }: DataSettings): number[][] {
  const columns = task === "regression" ? [] : targets.map((name) => columnOf(samples, name, "targets"));
  const strata = new Map<string, number[]>();
  for (let sample = 0; sample < samples.rows; sample++) {
    const key = JSON.stringify(columns.map((column) => cellText(column, sample)));
    const members = strata.get(key);
    if (members === undefined) strata.set(key, [sample]);
    else members.push(sample);
  }
  return [...strata.values()];
}

function drawParts(
  samples: number,
  split: Extract<SplitSettings, { train: number; seed?: number | undefined }>,
  strata: readonly number[][],
): Part[] {
  const { train, validation, test } = split;
  const rng = rngFor(seedOf(split), "split");
  const parts = unusedParts(samples);
  for (const stratum of strata) {
    const n = stratum.length;
    const trained = Math.max(1, Math.round(train * n));
    const validated = Math.max(trained, Math.round((train + validation) * n));
    const tested = test === undefined ? n : Math.max(validated, Math.round((train + validation + test) * n));
    for (const [i, sample] of shuffle([...stratum], rng).entries()) {
      if (i < tested) parts[sample] = i < trained ? "train" : i < validated ? "validation" : "test";
    }
  }
  return parts;
}

/** Moves a share of each stratum's training samples to validation. */
function drawValidation(parts: Part[], strata: readonly number[][], share: number, seed: number): void {
  const rng = rngFor(seed, "validation");
  for (const stratum of strata) {
    const trained = shuffle(
      stratum.filter((sample) => parts[sample] === "train"),
      rng,
    );
    const moved = Math.min(trained.length - 1, Math.round(share * trained.length));
    for (const sample of trained.slice(0, Math.max(0, moved))) parts[sample] = "validation";
  }
}

/** Deals the samples that are not for testing out to folds, stratum by stratum, and validates on one of them. */
function drawFold(
  parts: Part[],
  strata: readonly number[][],
  folds: number,
  fold: number,
  seed: number,
): void {
  const rng = rngFor(seed, "folds");
  let dealt = 0;
  for (const stratum of strata) {
    for (const sample of shuffle([...stratum], rng)) {
      if (parts[sample] === "test" || parts[sample] === "unused") continue;
      parts[sample] = dealt++ % folds === fold ? "validation" : "train";
    }
  }
}
