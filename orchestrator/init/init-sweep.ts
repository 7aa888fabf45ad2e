import { availableParallelism } from "node:os";
import path from "node:path";
import { DataError } from "../../worker/data/errors.ts";
import type { Table } from "../../worker/data/file/table.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { withDataFile } from "../run/data-file.ts";
import { baselinesSoon } from "../run/baselines/beside.ts";
import { checkSweep, settleSweep, withBaselines } from "../views/check/check.ts";
import type { DataCheck, SweepCheck } from "../views/check/sweep-check.ts";
import { parsedSweep, sweepNameOf } from "./new-sweep.ts";
import { chooseRanking, onEnough, type Ranking } from "./choose-ranking.ts";
import type { Proposal } from "./propose.ts";
import { sweepText, type Size, type SweepParts } from "./sweep-text.ts";

export interface Written {
  readonly text: string;
  readonly check: SweepCheck;
  /** What a person should know of the ranking, in sentences without a full stop. */
  readonly remarks: readonly string[];
}

export interface Place {
  /** Absolute path of the sweep file to be. */
  readonly out: string;
  readonly dataFile: string;
}

/** What a sweep may take by the estimate of `check`, in milliseconds: between its least and its most. */
const aimedMs = 300_000;
const mostWindows = 8000;
const usualBatch = 64;
const enoughSteps = 2000;
const fewEpochs = 15;
/** A hundred windows are two batches: 200 epochs of them are few steps for a model to learn in. Thousands of windows give as many in 15. */
const sizes: readonly Omit<Size, "stride">[] = [
  { trials: 40, epochs: 200 },
  { trials: 40, epochs: 120 },
  { trials: 40, epochs: 60 },
  { trials: 40, epochs: 30 },
  { trials: 40, epochs: 15 },
  { trials: 30, epochs: 12 },
  { trials: 24, epochs: 10 },
  { trials: 16, epochs: 8 },
  { trials: 10, epochs: 6 },
];

/**
 * A sweep for the proposal that runs as it is: checked as `seqtune check` does, and sized to end within about five minutes here.
 * Throws `DataError`, `UserError`.
 */
export async function initSweep(
  proposal: Proposal,
  table: Table,
  place: Place,
  found: readonly string[],
): Promise<Written> {
  const first = { ...sizes[0]!, stride: 1, wanders: false };
  const sweepOf = async (tried: Ranking): Promise<Sweep> =>
    await parsedSweep(textOf(proposal, tried, place, found, first), place.out);
  const meaningful = await chooseRanking(proposal, table, sweepOf);
  const ranking = await onEnough(meaningful, proposal, async (tried) => checkOf(await sweepOf(tried), table));
  const said = [...found, ...ranking.remarks];
  const wanders = await withDataFile(place.dataFile, async () => doesWander(await sweepOf(ranking), table));
  let stride = 1;
  for (let i = 0; ; i++) {
    const size = { ...sizes[Math.min(i, sizes.length - 1)]!, stride, wanders };
    const text = textOf(proposal, ranking, place, said, size);
    const sweep = await parsedSweep(text, place.out);
    const { settled, check } = await withDataFile(place.dataFile, () => {
      const settled = settleSweep(sweep, table);
      return { settled, check: checkSweep(settled) };
    });
    const windows = check.data.parts.train.samples.most;
    if (proposal.layout === "series" && stride === 1 && windows > mostWindows) {
      stride = oddStride(windows / mostWindows);
      i = -1;
      continue;
    }
    const { time } = check;
    const expected = time === null ? 0 : Math.sqrt(time.least * time.most);
    if (isRight(size, expected, windows) || i >= sizes.length + 6) {
      const { found } = await withDataFile(place.dataFile, () =>
        baselinesSoon(settled.baselines, availableParallelism()),
      );
      return { text, check: withBaselines(check, found), remarks: ranking.remarks };
    }
    if (i >= sizes.length - 1 && proposal.layout === "series") stride = oddStride(2 * stride);
    i = Math.max(i, sizeFor(size, expected, windows) - 1);
  }
}

/** Whether changes are predicted and no season is known, so that repeating the last value is the forecast to beat. */
function doesWander(given: Sweep, table: Table): boolean {
  const { settings } = settleSweep(given, table).sweep.data;
  return settings.predict === "change" && settings.season === undefined;
}

/** Ends in time, and takes no more steps than a model needs to learn from so many training windows. */
function isRight({ epochs }: Pick<Size, "epochs">, expected: number, windows: number): boolean {
  return expected <= aimedMs && (epochs <= fewEpochs || (epochs * windows) / usualBatch <= enoughSteps);
}

/** The first size that is right where one of `size` is expected to take so many milliseconds; the last where none is. */
function sizeFor({ trials, epochs }: Size, expected: number, windows: number): number {
  const found = sizes.findIndex((one) =>
    isRight(one, (expected * one.trials * one.epochs) / (trials * epochs), windows),
  );
  return found < 0 ? sizes.length - 1 : found;
}

/** What a sweep would do; null where the file does not allow it. */
function checkOf(sweep: Sweep, table: Table): DataCheck | null {
  try {
    return checkSweep(settleSweep(sweep, table));
  } catch (error) {
    if (error instanceof DataError || error instanceof UserError) return null;
    throw error;
  }
}

/** No divisor of a day's or week's rows: else windows would begin at the same times of day. */
function oddStride(least: number): number {
  let stride = Math.ceil(least);
  while (stride > 1 && (stride % 2 === 0 || stride % 3 === 0 || stride % 7 === 0)) stride++;
  return stride;
}

function textOf(
  proposal: Proposal,
  ranking: Ranking,
  { out, dataFile }: Place,
  found: readonly string[],
  size: Size & Pick<SweepParts, "wanders">,
): string {
  const file = path.relative(path.dirname(out), dataFile).replaceAll(path.sep, "/");
  const workers = Math.min(4, availableParallelism());
  return sweepText({ name: sweepNameOf(out), file, proposal, ranking, found, workers, ...size });
}
