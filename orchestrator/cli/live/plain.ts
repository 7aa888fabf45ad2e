import type { StudyBaseline } from "../../../storage/store.ts";
import type { StudyEvent } from "../../events.ts";
import { unitOf } from "../../lr-range/metric.ts";
import { figure } from "../../views/numbers.ts";
import { paramLine } from "../../views/params.ts";

/** One line about an event for logs and pipes; `null` for what would only be noise there. */
export function plainLine(event: StudyEvent, metric: string): string | null {
  switch (event.kind) {
    case "study_started":
      return `study ${event.study} ${event.resumed ? "goes on" : "started"}`;
    case "worker_joined":
      return `worker ${event.worker} joined (${event.engine})`;
    case "worker_gone":
      return `worker ${event.worker} is gone: ${event.reason}`;
    case "trial_started":
      return event.repeatOf === null
        ? `trial ${event.trial} started: ${paramLine(event.params)}`
        : `trial ${event.trial} started: trial ${event.repeatOf} again with another seed, ${paramLine(event.params)}`;
    case "trial_ended":
      return `trial ${event.trial} ${event.outcome}${trialResult(event, metric)}${reason(event.reason)}`;
    case "trial_invalid":
      return `trial ${event.trial} does not count any more – marked invalid: ${event.reason}`;
    case "trial_paused":
      return `trial ${event.trial} paused: ${event.reason}`;
    case "trial_continued":
      return `trial ${event.trial} goes on to epoch ${event.epochs}`;
    case "attempt_ended":
      if (event.state !== "failed" && event.state !== "lost") return null;
      return `trial ${event.trial} attempt ${event.attempt} ${event.state}${reason(event.reason)}`;
    case "best":
      return `best ${metric} ${figure(event.value)} by trial ${event.trial}`;
    case "baselines":
      return baselinesLine(event.baselines, metric);
    case "notice":
      return `note: ${event.message}`;
    case "study_ended":
      return `study ${event.state}: ${event.reason}`;
    case "attempt_started":
    case "report":
    case "ordered":
    // The last lines of the command say it.
    case "verdict":
    case "model_written":
    case "model_not_written":
      return null;
    default:
      return event satisfies never;
  }
}

/** `null` where none has a value. */
function baselinesLine(baselines: readonly StudyBaseline[], metric: string): string | null {
  const known = baselines.filter(({ value }) => value !== null);
  if (known.length === 0) return null;
  return `baselines, ${metric}: ${known.map(({ name, value }) => `${name} ${figure(value)}`).join(", ")}`;
}

function trialResult(event: Extract<StudyEvent, { kind: "trial_ended" }>, metric: string): string {
  const unit = unitOf(metric);
  const after = ` after ${event.epochs} ${unit}${event.epochs === 1 ? "" : "s"}`;
  if (event.value === null) return after;
  return `${after}: ${metric} ${figure(event.value)} (${unit} ${event.bestEpoch ?? 0})`;
}

function reason(text: string | null): string {
  return text === null ? "" : ` – ${text}`;
}
