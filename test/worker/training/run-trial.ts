import { createHash } from "node:crypto";
import type { Engine } from "../../../worker/engines/engine.ts";
import { protocolVersion, type TrialAssignment } from "../../../worker/protocol/assignment.ts";
import type { BlobRef } from "../../../worker/protocol/ids.ts";
import { fromWire } from "../../../worker/protocol/numbers.ts";
import { trialSettingsSchema, type TrialSettings } from "../../../worker/protocol/settings.ts";
import { createSession } from "../../../worker/training/session.ts";
import type { Finished, Interruption, Progress } from "../../../worker/training/trainer.ts";

export interface TrialOptions {
  readonly data?: object;
  readonly model?: object;
  readonly epochs?: number;
  readonly from?: TrialAssignment["from"];
  readonly pauses?: true;
  readonly weights?: Uint8Array;
  readonly metric?: string;
  /** Asked after every batch. */
  readonly interruption?: (epochsDone: number) => Interruption | null;
}

export interface Outcome {
  readonly finished: Finished;
  readonly news: readonly Progress[];
  /** The ranking metric (val_mse where none is given), epoch by epoch. */
  readonly curve: readonly (readonly [number, number])[];
}

export function blobOf(bytes: Uint8Array): BlobRef {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.byteLength };
}

export function smallSettings(options: TrialOptions): TrialSettings {
  return trialSettingsSchema.parse({
    data: options.data,
    model: { hidden: 8, learning_rate: 0.01, batch_size: 16, ...options.model },
  });
}

/** One trial of a small model on the rows of `csv`, as a worker runs it. */
export async function runTrial(engine: Engine, csv: Uint8Array, options: TrialOptions): Promise<Outcome> {
  const metric = options.metric ?? "val_mse";
  const assignment: TrialAssignment = {
    kind: "trial",
    version: protocolVersion,
    ref: { study: "s", trial: 0, attempt: 1 },
    settings: smallSettings(options),
    data: blobOf(csv),
    seed: 5,
    epochs: options.epochs ?? 4,
    metric: { name: metric, goal: "minimize" },
    checkpoint_seconds: null,
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.pauses === undefined ? {} : { pauses: options.pauses }),
  };
  const news: Progress[] = [];
  const epochsDone = (): number => news.filter((one) => one.kind === "report").length;
  const finished = await createSession(engine).run(
    { assignment, data: csv, ...(options.weights === undefined ? {} : { weights: options.weights }) },
    {
      progress: (one) => news.push(one),
      interruption: () => options.interruption?.(epochsDone()) ?? null,
    },
  );
  const curve = news.flatMap((one) =>
    one.kind === "report" ? [[one.epoch, fromWire(one.metrics[metric] ?? Number.NaN)] as const] : [],
  );
  return { finished, news, curve };
}
