import { randomUUID } from "node:crypto";
import type { OptunaState, OptunaStudy } from "../../storage/optuna/study.ts";

const states: readonly OptunaState[] = ["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"];

/**
 * A study as lines of Optuna's journal (optuna/storages/journal/_storage.py: `op_code` 0 creates a study, 2 and 3 set its
 * attributes, 4 creates a trial whole), which has no version. Numbers that are not finite stand as Python's JSON has them.
 */
export function optunaJournal(study: OptunaStudy): string {
  const worker_id = randomUUID();
  const lines: unknown[] = [
    {
      op_code: 0,
      worker_id,
      study_name: study.name,
      directions: study.directions.map((direction) => (direction === "MINIMIZE" ? 1 : 2)),
    },
    ...Object.entries(study.userAttrs).map(([key, value]) => ({
      op_code: 2,
      worker_id,
      study_id: 0,
      user_attr: { [key]: value },
    })),
    { op_code: 3, worker_id, study_id: 0, system_attr: { "study:metric_names": study.metricNames } },
    ...study.trials.map((trial) => ({
      op_code: 4,
      worker_id,
      study_id: 0,
      datetime_start: instant(trial.startedAt),
      // Optuna reads it as a text wherever the key stands.
      ...(trial.completedAt === null ? {} : { datetime_complete: instant(trial.completedAt) }),
      state: states.indexOf(trial.state),
      value: study.directions.length === 1 ? (trial.values[0] ?? null) : null,
      values: study.directions.length > 1 && trial.values.length > 0 ? trial.values : null,
      distributions: Object.fromEntries(
        trial.params.map(({ name, distribution }) => [name, JSON.stringify(distribution)]),
      ),
      params: Object.fromEntries(trial.params.map(({ name, value }) => [name, value])),
      user_attrs: trial.userAttrs,
      system_attrs: trial.constraints.length === 0 ? {} : { constraints: trial.constraints },
      intermediate_values: Object.fromEntries(trial.intermediate),
    })),
  ];
  return lines.map((line) => `${pythonJson(line)}\n`).join("");
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace("Z", "000+00:00");
}

/** JSON with NaN, Infinity and -Infinity as bare words, as Python writes and reads it. */
function pythonJson(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonJson(item)}`);
  return `{${entries.join(", ")}}`;
}
