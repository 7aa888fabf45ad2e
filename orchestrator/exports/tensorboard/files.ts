import { createHash } from "node:crypto";
import { paramsKey } from "../../../search/space.ts";
import { rankingValue, type StudyRecord, type ExportedTrial } from "../study-record.ts";
import { scalarRecord, versionRecord } from "./events.ts";
import { endRecord, experimentRecord, startRecord } from "./hparams.ts";

/**
 * A study as a log folder of TensorBoard, files by their path in it: one run per trial with a curve of every metric, and
 * the table of hyperparameters. That table shows the last value of a metric, so the best one stands under a tag of its own; of
 * several goals each at the trial's best epoch, with the non-domination rank.
 */
export function tensorboardFiles(record: StudyRecord): ReadonlyMap<string, Buffer> {
  const { study, parameters, trials, goals } = record;
  const shown =
    goals === null
      ? [bestTag(study.metric)]
      : [
          ...new Set([...goals.byTrial.values()].flatMap(({ values }) => Object.keys(values).map(bestTag))),
          RANK,
        ];
  const width = String(trials.length).length;
  const name = eventsFile(study.at);
  const head = [
    versionRecord(study.at),
    experimentRecord(study.at, study.name, parameters, [...shown, study.metric]),
  ];
  return new Map([
    [name, Buffer.concat(head)],
    ...trials.map((trial): [string, Buffer] => [
      `trial-${String(trial.trial.number).padStart(width, "0")}/${eventsFile(trial.trial.at)}`,
      runOf(trial, record),
    ]),
  ]);
}

function eventsFile(at: number): string {
  return `events.out.tfevents.${Math.floor(at / 1000)}.seqtune`;
}

const RANK = "rank";

function bestTag(metric: string): string {
  return `best/${metric}`;
}

/** What the table of hyperparameters shows of a trial, by tag. */
function resultsOf(
  { trial }: ExportedTrial,
  { study, goals }: StudyRecord,
): readonly [string, number | null][] {
  const judged = goals?.byTrial.get(trial.number);
  if (judged === undefined) return [[bestTag(study.metric), trial.value]];
  const values = Object.entries(judged.values).map(([name, value]): [string, number | null] => [
    bestTag(name),
    value,
  ]);
  return [...values, [RANK, judged.rank]];
}

function runOf(record: ExportedTrial, study: StudyRecord): Buffer {
  const { trial, curve } = record;
  const { metric } = study.study;
  const group = createHash("sha256").update(paramsKey(trial.params)).digest("hex").slice(0, 12);
  const records = [versionRecord(trial.at), startRecord(trial.at, trial.params, group)];
  for (const report of curve) {
    const values = { [metric]: rankingValue(report, metric), ...report.metrics };
    for (const [tag, value] of Object.entries(values)) {
      records.push(scalarRecord(report.at, report.epoch, tag, value));
    }
  }
  const end = trial.endedAt ?? curve.at(-1)?.at ?? trial.at;
  for (const [tag, value] of resultsOf(record, study)) {
    if (value !== null) records.push(scalarRecord(end, trial.bestEpoch ?? 0, tag, value));
  }
  records.push(endRecord(end, statusOf(trial.state)));
  return Buffer.concat(records);
}

function statusOf(state: ExportedTrial["trial"]["state"]): "success" | "failure" | "running" {
  if (state === "complete" || state === "pruned") return "success";
  return state === "running" || state === "paused" ? "running" : "failure";
}
