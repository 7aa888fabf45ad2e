import type { PlainEnd } from "../training/trainer.ts";
import { outOfMemory } from "./out-of-memory.ts";
import type { GroupExit } from "./process-group.ts";
import type { Reports } from "./reports.ts";

/** Why the program was asked to end, by us. */
export type Asked =
  | { readonly kind: "stop" | "pause" | "hand_back" }
  | { readonly kind: "timeout"; readonly afterMs: number }
  /** It reported an epoch beyond the trial's last. */
  | { readonly kind: "beyond"; readonly epoch: number };

export interface EndFacts {
  readonly exit: GroupExit;
  readonly asked: Asked | null;
  readonly reports: Pick<Reports, "epoch" | "values" | "finite" | "names">;
  readonly metric: string;
  /** What it has to report besides. */
  readonly further: readonly string[];
  /** Epochs this attempt was to reach; `pauses`: the trial goes on behind them. */
  readonly epochs: number;
  readonly pauses: boolean;
  /** Epochs done before this attempt. */
  readonly from: number;
  /** Its last lines. */
  readonly lines: readonly string[];
}

/** By convention of sysexits.h: what failed may do well later or elsewhere. */
const handBackCode = 75;

/** What the end of a program means for its trial. */
export function judgeEnd(facts: EndFacts): PlainEnd {
  const { asked, exit, reports, epochs, pauses } = facts;
  const { epoch } = reports;
  const isDone = epoch >= epochs;
  if (asked !== null) {
    if (asked.kind === "timeout") return failed(`it took longer than its timeout, ${inWords(asked.afterMs)}`);
    if (asked.kind === "beyond" && !pauses) return failed(beyondWords(asked.epoch, epochs));
    if (isDone && !pauses && exit.code === 0) return { kind: "complete" };
    if (asked.kind === "stop") return { kind: "stopped" };
    return { kind: asked.kind === "hand_back" ? "handed_back" : "paused", epoch };
  }
  if (exit.code === handBackCode) return { kind: "handed_back", epoch };
  if (exit.code !== 0) return failedEnd(facts);
  if (reports.values === 0 && facts.from === 0) return failed(silence(facts));
  const missing = facts.further.filter((name) => !reports.names.includes(name));
  if (missing.length > 0 && facts.from === 0)
    return failed(`it said nothing about ${missing.join(", ")}; it said: ${reports.names.join(", ")}`);
  if (pauses && isDone) return { kind: "paused", epoch };
  if (reports.finite === 0 && reports.values > 0 && facts.from === 0)
    return { kind: "diverged", epoch, step: 0, reason: `${facts.metric} was never a finite number` };
  return { kind: "complete" };
}

function failedEnd({ exit, lines }: EndFacts): PlainEnd {
  const memory = outOfMemory(exit, lines);
  if (memory !== null) return { kind: "failed", failure: "out_of_memory", message: memory };
  const how = exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`;
  const last = lines.filter((line) => line.trim() !== "").slice(-3);
  return failed(
    last.length === 0 ? `${how}, without a word` : `${how}: ${last.map((line) => line.trim()).join(" | ")}`,
  );
}

function silence({ metric, reports: { names } }: EndFacts): string {
  if (names.length === 0) {
    return `it said nothing about ${metric}, nor anything else: a report is a line of JSON such as {"epoch": 1, "${metric}": 0.21}, in the file SEQTUNE_REPORTS or on standard output`;
  }
  if (names.includes(metric)) return `it said ${metric}, but never as a number`;
  return `it said nothing about ${metric}; it said: ${names.join(", ")}`;
}

function beyondWords(epoch: number, epochs: number): string {
  const all = epochs === 1 ? "1 epoch" : `${epochs} epochs`;
  return `it reported epoch ${epoch}, and a trial has ${all}: set budget.epochs to what it trains, or let it end at SEQTUNE_EPOCHS`;
}

function inWords(ms: number): string {
  const units = [
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ] as const;
  const [unit, size] = units.find(([, each]) => ms >= each && ms % each === 0) ?? ["s", 1000];
  return `${ms / size} ${unit}`;
}

function failed(message: string): PlainEnd {
  return { kind: "failed", failure: "program", message: message.slice(0, 4000) };
}
