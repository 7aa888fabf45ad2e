import { protocolVersion } from "../../worker/protocol/assignment.ts";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadEngine } from "../../worker/engines/registry.ts";
import type { EngineAssignment } from "../../worker/protocol/assignment.ts";
import type { WireMetrics } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";
import { rangeTestSchema, type RangeTestSettings } from "../../worker/protocol/range-test.ts";
import { settingsWith, type TrialSettings } from "../../worker/protocol/settings.ts";
import { prepareData } from "../../worker/data/prepare.ts";
import { sampleCount } from "../../worker/data/outputs/sequences.ts";
import type { Params } from "../../search/space.ts";
import { createSession } from "../../worker/training/session.ts";
import type { RangePoint } from "../../search/lr-range/curve.ts";
import type { Problem } from "./problems.ts";

const session = createSession(await loadEngine("auto"));

/** The curve of a range test. `params`: what differs from the problem's own settings. */
export async function rangeCurve(
  problem: Problem,
  seed: number,
  params: Params = {},
  test: Partial<RangeTestSettings> = {},
): Promise<readonly RangePoint[]> {
  const reports = await reportsOf(problem, {
    kind: "lr_range_test",
    ...common(problem, seed, params),
    test: rangeTestSchema.parse(test),
  });
  return reports.map((metrics) => ({
    rate: number(metrics, "learning_rate"),
    loss: number(metrics, "train_loss"),
  }));
}

/** The validation loss of every epoch; shorter than the epochs when the training diverged. */
export async function validationLosses(
  problem: Problem,
  seed: number,
  params: Params,
): Promise<readonly number[]> {
  const reports = await reportsOf(problem, {
    kind: "trial",
    ...common(problem, seed, params),
    epochs: problem.epochs,
    metric: { name: "val_loss", goal: "minimize" },
    checkpoint_seconds: null,
  });
  return reports.map((metrics) => number(metrics, "val_loss"));
}

/** The least of them, Infinity without one. */
export async function leastLoss(problem: Problem, seed: number, rate: number): Promise<number> {
  const losses = await validationLosses(problem, seed, { learning_rate: rate });
  return Math.min(Infinity, ...losses.filter(Number.isFinite));
}

/** Steps of one epoch. */
export function stepsPerEpoch(problem: Problem, params: Params): number {
  const { data, model } = settingsOf(problem, params);
  return Math.ceil(sampleCount(prepareData(bytesOf(problem), data).train) / model.batch_size);
}

async function reportsOf(problem: Problem, assignment: EngineAssignment): Promise<WireMetrics[]> {
  const reports: WireMetrics[] = [];
  const finished = await session.run(
    { assignment, data: bytesOf(problem) },
    {
      progress: (news) => {
        if (news.kind === "report") reports.push(news.metrics);
      },
      interruption: () => null,
    },
  );
  if (finished.end.kind === "failed") throw new Error(`${problem.name}: ${finished.end.message}`);
  return reports;
}

function common(problem: Problem, seed: number, params: Params) {
  const bytes = bytesOf(problem);
  const sha256 = createHash("sha256").update(problem.file).digest("hex");
  return {
    version: protocolVersion,
    ref: { study: "bench", trial: 0, attempt: 1 },
    settings: settingsOf(problem, params),
    data: { sha256, bytes: bytes.length },
    seed,
  } as const;
}

function settingsOf(problem: Problem, params: Params): TrialSettings {
  const settings = settingsWith(problem, params);
  if (!settings.success) throw settings.error;
  return settings.data;
}

function bytesOf({ file }: Problem): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../data/${file}`, import.meta.url)));
}

function number(metrics: WireMetrics, name: string): number {
  return fromWire(metrics[name] ?? "NaN");
}
