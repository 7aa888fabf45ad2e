import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";

/** No value lies below or above. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** What is known of the attempts that messages speak of. */
export interface Known {
  /** The study's key. */
  readonly study: string;
  /** Newest attempt of a trial; 0: there is no such trial. */
  readonly newestAttempt: (trial: number) => number;
  /** Epochs no trial goes beyond. */
  readonly epochs: number;
  /** Of metrics, by name; any other may have any value. */
  readonly bounds: ReadonlyMap<string, Bounds>;
  /** The newest report of an attempt that runs, where one was heard. */
  readonly newestReport: (trial: number, attempt: number) => NewestReport | undefined;
}

export interface NewestReport {
  readonly n: number;
  readonly epoch: number;
}

/** Why a message cannot be meant for this study as it is. */
export interface Oddity {
  readonly kind: "unknown_study" | "unknown_trial" | "unknown_attempt" | "impossible" | "unrecordable";
  /** A sentence for people. */
  readonly words: string;
}

/** Computed in floating point, an accuracy may be a hair above 1. */
const tolerance = 1e-6;

/**
 * Checks a message against what is known of its attempt; `null`: nothing is wrong with it. A message passed the
 * schema of its kind before (worker/protocol/messages.ts): here its numbers are held against each other.
 */
export function oddityOf(message: WorkerMessage, known: Known): Oddity | null {
  const { study, trial, attempt } = message.ref;
  if (study !== known.study)
    return { kind: "unknown_study", words: `messages about another study (${study}) are kept aside` };
  const newest = known.newestAttempt(trial);
  if (newest === 0) {
    const words =
      `messages about trial ${trial} are kept aside: this database has no such trial. ` +
      "It is an older copy, most likely; what it lacks is trained again";
    return { kind: "unknown_trial", words };
  }
  if (attempt > newest) {
    const words =
      `messages about attempt ${attempt} of trial ${trial} are kept aside: this database knows of ${newest}. ` +
      "It is an older copy, most likely; what it lacks is trained again";
    return { kind: "unknown_attempt", words };
  }
  const impossible = impossibility(message, known);
  if (impossible === null) return null;
  const words =
    `a message of worker ${message.worker} about trial ${trial} is kept aside, for ${impossible}; ` +
    "that worker may run another version or be damaged";
  return { kind: "impossible", words };
}

/** What no attempt of this study can say, in words; `null`: all of it is possible. */
function impossibility(message: WorkerMessage, known: Known): string | null {
  const epoch = epochOf(message);
  if (epoch !== null && epoch > known.epochs) return `no trial has an epoch ${epoch}, only ${known.epochs}`;
  // One report and one checkpoint per epoch, a start and an end: ten times that is beyond any worker.
  const messages = 20 * (known.epochs + 1);
  if (message.n > messages) return `no attempt sends ${message.n} messages`;
  if (message.kind !== "report") return null;
  return misplaced(message, known) ?? outOfBounds(message, known);
}

function epochOf(message: WorkerMessage): number | null {
  const { kind } = message;
  if (kind === "report" || kind === "checkpoint") return message.epoch;
  if (kind !== "ended") return null;
  return Math.max("epoch" in message.end ? message.end.epoch : 0, message.model?.epoch ?? 0);
}

/** Within an attempt epochs rise with the messages' numbers, whichever of them comes first. */
function misplaced(
  { ref, n, epoch }: Extract<WorkerMessage, { kind: "report" }>,
  known: Known,
): string | null {
  const newest = known.newestReport(ref.trial, ref.attempt);
  if (newest === undefined || Math.sign(n - newest.n) === Math.sign(epoch - newest.epoch)) return null;
  return `its report ${n} is of epoch ${epoch}, and report ${newest.n} was of epoch ${newest.epoch} already`;
}

function outOfBounds({ metrics }: Extract<WorkerMessage, { kind: "report" }>, known: Known): string | null {
  for (const [name, wire] of Object.entries(metrics)) {
    const bounds = known.bounds.get(name);
    const value = fromWire(wire);
    if (bounds === undefined || !Number.isFinite(value)) continue;
    if (value < bounds.min - tolerance || value > bounds.max + tolerance)
      return `${name} cannot be ${value} (it lies between ${bounds.min} and ${bounds.max})`;
  }
  return null;
}
