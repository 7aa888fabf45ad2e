import { Counter, Gauge, type Registry } from "prom-client";
import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";
import type { StudyEvent } from "../events.ts";

/** Trials ended before this process began, by outcome. */
export type EndedBefore = Readonly<Record<string, number>>;

const outcomes = ["complete", "pruned", "diverged", "failed", "cancelled"] as const;

/** What came of trials, and how many wait for a worker. */
export class TrialMetrics {
  private readonly queued = new Set<string>();
  private readonly trials: Counter<"outcome">;
  private readonly attempts: Counter<"state">;
  private readonly reports: Counter;
  private readonly notices: Counter;
  private readonly best: Gauge;
  private readonly workersGone: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.trials = new Counter({
      name: "seqtune_trials_total",
      help: "Trials of the study that ended, by outcome; of a study that goes on those from before, too.",
      labelNames: ["outcome"],
      registers,
    });
    for (const outcome of outcomes) this.trials.inc({ outcome }, 0);
    this.attempts = new Counter({
      name: "seqtune_attempts_total",
      help: "Attempts that ended since this process began, by state (failed: by the trial; lost: with their machine).",
      labelNames: ["state"],
      registers,
    });
    for (const state of ["failed", "lost", "handed_back"]) this.attempts.inc({ state }, 0);
    this.reports = new Counter({
      name: "seqtune_reports_committed_total",
      help: "Reports (one per epoch) that were recorded and counted.",
      registers,
    });
    this.notices = new Counter({
      name: "seqtune_notices_total",
      help: "Notices to people; their texts are in the log.",
      registers,
    });
    this.workersGone = new Counter({
      name: "seqtune_workers_gone_total",
      help: "Workers that left or fell silent.",
      registers,
    });
    this.best = new Gauge({
      name: "seqtune_best_value",
      help: "The best trial's metric; NaN: none yet.",
      registers,
    });
    this.best.set(Number.NaN);
    const depth: Gauge = new Gauge({
      name: "seqtune_queue_depth",
      help: "Attempts offered that no worker has taken yet.",
      registers,
      collect: () => depth.set(this.queued.size),
    });
  }

  event(event: StudyEvent): void {
    if (event.kind === "report") this.reports.inc();
    if (event.kind === "trial_ended") this.trials.inc({ outcome: event.outcome });
    if (event.kind === "attempt_ended") this.attempts.inc({ state: event.state });
    if (event.kind === "best") this.best.set(event.value);
    if (event.kind === "notice") this.notices.inc();
    if (event.kind === "worker_gone") this.workersGone.inc();
  }

  before(ended: EndedBefore, best: number | null): void {
    if (best !== null) this.best.set(best);
    for (const outcome of outcomes) this.trials.inc({ outcome }, ended[outcome] ?? 0);
  }

  offered(ref: AttemptRef): void {
    this.queued.add(refKey(ref));
  }

  taken(ref: AttemptRef): void {
    this.queued.delete(refKey(ref));
  }
}
