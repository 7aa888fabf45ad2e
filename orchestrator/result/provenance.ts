import path from "node:path";
import type { Params } from "../../search/space.ts";
import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import type { TrainedModel } from "../../worker/model/trained-model.ts";
import type { TrialSettings } from "../../worker/protocol/settings.ts";
import type { KnownIntervals } from "../../worker/protocol/evaluation-detail.ts";
import { knownIntervals } from "../verdict/known-intervals.ts";
import { studyVerdict } from "../verdict/study-verdict.ts";
import type { StudyVerdict } from "../verdict/verdict.ts";
import type { RowsSeen } from "../../worker/protocol/retraining.ts";
import { version } from "../../worker/version.ts";

/** Where a model comes from: enough to train it again, and what it has reached. */
export interface Provenance {
  readonly seqtune: string;
  readonly study: { readonly name: string; readonly key: string; readonly seed: number };
  readonly trial: number;
  readonly seed: number;
  readonly params: Params;
  readonly settings: TrialSettings;
  readonly data: { readonly file: string; readonly sha256: string; readonly bytes: number };
  /** Networks in the model: 1, or the folds whose mean it says. */
  readonly networks: number;
  readonly epoch: number;
  readonly metric: { readonly name: string; readonly goal: string; readonly value: number | null };
  /** Of that epoch; with folds the mean over them. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Of `seqtune evaluate`; null before it has run. */
  readonly test: Readonly<Record<string, number | null>> | null;
  readonly baselines: readonly { readonly name: string; readonly value: number | null }[];
  /** Half widths of intervals around its predictions by step, from its errors on the validation rows. */
  readonly intervals: readonly KnownIntervals[];
  /** What it is worth; null where it was compared with nothing. */
  readonly verdict: StudyVerdict | null;
  readonly trained_at: string | null;
  /**
   * It was trained once more after its search, on validation rows, too: nothing is left to say what it has reached, so `metric`,
   * `metrics`, `test` and `verdict` are empty above, and here those of the model before.
   */
  readonly refit?: RowsSeen & { readonly before: Reached };
}

/** What a model has reached. */
type Reached = Pick<Provenance, "metrics" | "test" | "verdict"> & { readonly value: number | null };

export function provenanceOf(store: StudyStore, study: Study, trial: Trial, model: TrainedModel): Provenance {
  const report = store.curve(study.id, trial.number).find(({ epoch }) => epoch === model.epoch);
  const test = store.evaluations(study.id).find((row) => row.trial === trial.number && row.split === "test");
  const reached: Reached = {
    value: trial.value,
    metrics: finite(report?.metrics ?? {}),
    test: test === undefined ? null : finite(test.metrics),
    verdict: studyVerdict(store, study, trial),
  };
  const { refit } = model;
  const { value, ...own } = refit === undefined ? reached : unknownYet;
  return {
    seqtune: version,
    study: { name: study.name, key: study.key, seed: study.seed },
    trial: trial.number,
    seed: trial.seed,
    params: trial.params,
    settings: model.settings,
    data: { ...study.data, file: path.basename(study.data.file) },
    networks: model.members.length,
    epoch: model.epoch,
    metric: { name: study.metric, goal: study.goal, value },
    ...own,
    baselines: study.baselines.map(({ name, value: of }) => ({ name, value: of })),
    intervals: knownIntervals(store.evaluations(study.id), trial.number),
    trained_at: trial.endedAt === null ? null : new Date(trial.endedAt).toISOString(),
    ...(refit && { refit: { ...refit, before: reached } }),
  };
}

const unknownYet: Reached = { value: null, metrics: {}, test: null, verdict: null };

/** JSON has no other numbers. */
function finite(metrics: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}
