import { createHash } from "node:crypto";
import { paramsKey } from "../../../search/space.ts";
import { rankingValue, type StudyRecord, type TrialRecord } from "../study-record.ts";
import { scalarRecord, versionRecord } from "./events.ts";
import { endRecord, experimentRecord, startRecord } from "./hparams.ts";

/**
 * A study as a log folder of TensorBoard, files by their path in it: one run per trial with a curve of every metric, and
 * the table of hyperparameters. That table shows the last value of a metric, so the best one stands under a tag of its own.
 */
export function tensorboardFiles(record: StudyRecord): ReadonlyMap<string, Buffer> {
  const { study, parameters, trials } = record;
  const best = `best/${study.metric}`;
  const width = String(trials.length).length;
  const name = eventsFile(study.at);
  const head = [
    versionRecord(study.at),
    experimentRecord(study.at, study.name, parameters, [best, study.metric]),
  ];
  return new Map([
    [name, Buffer.concat(head)],
    ...trials.map((trial): [string, Buffer] => [
      `trial-${String(trial.trial.number).padStart(width, "0")}/${eventsFile(trial.trial.at)}`,
      runOf(trial, study.metric, best),
    ]),
  ]);
}

function eventsFile(at: number): string {
  return `events.out.tfevents.${Math.floor(at / 1000)}.seqtune`;
}

function runOf({ trial, curve }: TrialRecord, metric: string, best: string): Buffer {
  const group = createHash("sha256").update(paramsKey(trial.params)).digest("hex").slice(0, 12);
  const records = [versionRecord(trial.at), startRecord(trial.at, trial.params, group)];
  for (const report of curve) {
    const values = { [metric]: rankingValue(report, metric), ...report.metrics };
    for (const [tag, value] of Object.entries(values)) {
      records.push(scalarRecord(report.at, report.epoch, tag, value));
    }
  }
  const end = trial.endedAt ?? curve.at(-1)?.at ?? trial.at;
  if (trial.value !== null) records.push(scalarRecord(end, trial.bestEpoch ?? 0, best, trial.value));
  records.push(endRecord(end, statusOf(trial.state)));
  return Buffer.concat(records);
}

function statusOf(state: TrialRecord["trial"]["state"]): "success" | "failure" | "running" {
  if (state === "complete" || state === "pruned") return "success";
  return state === "running" || state === "paused" ? "running" : "failure";
}
