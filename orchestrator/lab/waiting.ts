import type { Labels } from "../../worker/protocol/nats/server/names.ts";
import { programLabel } from "../../worker/protocol/program/allowed.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { StudyEvents } from "../events.ts";
import type { LabConnection } from "./connection.ts";

const firstWordMs = 3_000;
const reminderMs = 60_000;

/**
 * Says what to do while no worker serves the study. `unfit` says how many are here that lack what it requires. Returns
 * how to stop watching.
 */
export function watchForWorkers(
  events: StudyEvents,
  clock: Clock,
  lab: LabConnection,
  requires: Labels,
  notice: (message: string) => void,
  unfit: () => number = () => 0,
): () => void {
  const here = new Set<string>();
  let stopTimer = clock.after(firstWordMs, () => look());
  const look = (): void => {
    if (here.size === 0)
      notice(`${noWorkerWords(unfit(), requires)}: start one with: ${workerCommand(lab, requires)}`);
    stopTimer = clock.after(reminderMs, look);
  };
  const unlisten = events.on((event) => {
    if (event.kind === "worker_joined") here.add(event.worker);
    if (event.kind === "worker_gone") here.delete(event.worker);
  });
  return () => {
    stopTimer();
    unlisten();
  };
}

/** `2 workers are here, none with gpu=h100` */
function noWorkerWords(unfit: number, requires: Labels): string {
  if (unfit === 0) return "no worker yet";
  const labels = Object.entries(requires).map(([key, value]) =>
    isProgram(key) ? `program ${key.slice(programLabel("").length)} (--programs)` : `${key}=${value}`,
  );
  const here = unfit === 1 ? "1 worker is here, but not" : `${unfit} workers are here, none`;
  return `${here} with ${labels.join(" and ")}`;
}

/** A label that `--programs` gives. */
function isProgram(label: string): boolean {
  return label.startsWith(programLabel(""));
}

/** What to type on a machine that is to train. Where this coordinator has credentials, a worker needs its own. */
export function workerCommand({ servers, auth, prefix }: LabConnection, requires: Labels = {}): string {
  const runs = Object.keys(requires).some(isProgram) ? ["--programs programs.yaml"] : [];
  const labels = Object.entries(requires).flatMap(([key, value]) =>
    isProgram(key) ? [] : [`--label ${key}=${value}`],
  );
  const creds = auth === undefined || auth.kind === "none" ? [] : ["--creds worker.creds"];
  const names = prefix === undefined ? [] : [`--nats-prefix ${prefix}`];
  return ["seqtune worker", `--nats ${servers}`, ...creds, ...names, ...runs, ...labels].join(" ");
}
