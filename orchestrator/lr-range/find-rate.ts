import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { analyseRange, type RangeAnalysis } from "../../search/lr-range/analyse.ts";
import { seedFor } from "../../search/random.ts";
import { isBetter, toScore } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import { protocolVersion, type EngineAssignment } from "../../worker/protocol/assignment.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import type { RangeTestSettings } from "../../worker/protocol/range-test.ts";
import type { TrialSettings } from "../../worker/protocol/settings.ts";
import type { Answers, Ask } from "../questions/ask.ts";
import { settingsFor, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { rangeCurveOf, reportsOf } from "./range-curve.ts";

export interface FindRateOptions {
  readonly sweep: Sweep;
  /** The data file. */
  readonly bytes: Uint8Array;
  /** The searched settings' values for this test, without the learning rate. */
  readonly params: Params;
  readonly test: RangeTestSettings;
  /** Trains this many epochs with each suggestion; `null`: not at all. */
  readonly validationEpochs: number | null;
  /** Workers that read their files from this folder. */
  readonly workers: (blobFolder: string) => Ask;
  readonly signal: AbortSignal;
}

export interface RangeFinding {
  readonly settings: TrialSettings;
  readonly analysis: RangeAnalysis;
  readonly validations: readonly Validation[];
}

/** A short training with one rate. `value`: the best epoch's ranking metric, `null` when it diverged. */
export interface Validation {
  readonly rate: number;
  readonly value: number | null;
}

/** Has one range test done, and short trainings with what it suggests. */
export async function findRate(options: FindRateOptions): Promise<RangeFinding> {
  const { sweep, test, params } = options;
  const resolved = settingsFor(sweep, params);
  if (!resolved.ok) throw new UserError(resolved.message);
  const { settings } = resolved;
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-lr-"));
  try {
    const data = await fileBlobs(folder).put(options.bytes);
    const workers = options.workers(folder);
    const ask = (assignments: readonly EngineAssignment[]): Promise<Answers> =>
      workers(assignments, options.signal);
    const common = {
      version: protocolVersion,
      data,
      seed: seedFor(sweep.seed, "train", 0),
      settings,
    } as const;
    const [answer = []] = await ask([{ ...common, kind: "lr_range_test", ref: refOf(0), test }]);
    const analysis = analyseRange(rangeCurveOf(answer), test);
    const { validationEpochs } = options;
    if (validationEpochs === null) return { settings, analysis, validations: [] };
    const rates = suggestedRates(analysis);
    const trials = rates.map((rate, index): EngineAssignment => {
      const model = { ...settings.model, learning_rate: rate };
      return {
        ...common,
        kind: "trial",
        ref: refOf(index + 1),
        settings: { data: settings.data, model },
        epochs: validationEpochs,
        metric: sweep.metric,
        checkpoint_seconds: null,
      };
    });
    const answers = rates.length === 0 ? [] : await ask(trials);
    const validations = rates.map((rate, index) => ({ rate, value: bestValue(answers[index] ?? [], sweep) }));
    return { settings, analysis, validations };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refOf(trial: number) {
  return { study: "lr-find", trial, attempt: 1 };
}

function suggestedRates({ suggestions }: RangeAnalysis): readonly number[] {
  return [...new Set(suggestions.flatMap(({ rate }) => (rate === null ? [] : [rate])))];
}

function bestValue(messages: readonly WorkerMessage[], { metric }: Sweep): number | null {
  if (messages.some((message) => message.kind === "ended" && message.end.kind === "diverged")) return null;
  let best: number | null = null;
  for (const report of reportsOf(messages)) {
    const value = report[metric.name];
    if (value === undefined || !Number.isFinite(value)) continue;
    if (best === null || isBetter(toScore(value, metric.goal), toScore(best, metric.goal))) best = value;
  }
  return best;
}
