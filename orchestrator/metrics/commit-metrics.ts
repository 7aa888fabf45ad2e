import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";

/** Messages on their way into the database. */
export class CommitMetrics {
  private readonly clock: Clock;
  private readonly messages: Counter;
  private readonly refused: Counter;
  private readonly seconds: Histogram;
  private readonly delay: Histogram;
  private readonly last: Gauge;
  private refusing = false;

  constructor(registry: Registry, clock: Clock) {
    const registers = [registry];
    this.clock = clock;
    this.messages = new Counter({
      name: "seqtune_messages_committed_total",
      help: "Messages of workers that were recorded, repeats included.",
      registers,
    });
    this.refused = new Counter({
      name: "seqtune_commits_refused_total",
      help: "Batches that the database did not take (a full disk, mostly); each is tried again.",
      registers,
    });
    this.seconds = new Histogram({
      name: "seqtune_commit_seconds",
      help: "Time to record one batch of messages.",
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    });
    this.delay = new Histogram({
      name: "seqtune_commit_delay_seconds",
      help: "From a message's arrival at the NATS server to its record, by the clocks of both machines.",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3600],
      registers,
    });
    this.last = new Gauge({
      name: "seqtune_last_commit_timestamp_seconds",
      help: "When a message was last recorded, seconds since 1970; 0: none yet.",
      registers,
    });
  }

  /** The newest batch was not taken. */
  get isRefusing(): boolean {
    return this.refusing;
  }

  committing(messages: readonly WorkerMessage[]): (done: boolean) => void {
    const begun = this.clock.monotonic();
    return (done) => {
      this.refusing = !done;
      if (!done) return this.refused.inc();
      this.seconds.observe((this.clock.monotonic() - begun) / 1000);
      this.messages.inc(messages.length);
      this.last.set(this.clock.now() / 1000);
    };
  }

  /** Milliseconds; clocks that disagree may make it negative. */
  delayed(ms: number): void {
    this.delay.observe(Math.max(0, ms) / 1000);
  }
}
