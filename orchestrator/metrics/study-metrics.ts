/** Counts by listening (observed-bus.ts, the study's events): no part of a coordinator knows that it is monitored. */
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { NatsCoordinatorBus } from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import type { Names } from "../../worker/protocol/nats/server/names.ts";
import type { StudyEvents } from "../events.ts";
import type { RunObserver } from "../run/run-observer.ts";
import { CommitMetrics } from "./commit-metrics.ts";
import { CrewMetrics } from "./crew-metrics.ts";
import type { Health } from "./health.ts";
import { observed } from "./observed-bus.ts";
import { ServerMetrics } from "./server-metrics.ts";
import { TrialMetrics, type EndedBefore } from "./trial-metrics.ts";

/** What is known of a study when it begins. */
export interface WatchedStudy {
  readonly key: string;
  readonly ended: EndedBefore;
  readonly best: number | null;
}

/** Counts what a coordinator does, for a Prometheus server that asks from time to time. */
export class StudyMetrics implements RunObserver {
  readonly registry = new Registry();
  private readonly trials: TrialMetrics;
  private readonly commits: CommitMetrics;
  private readonly crew: CrewMetrics;
  private readonly server: ServerMetrics;
  private readonly driven: Gauge;
  private readonly connected: Gauge;
  private key: string | null = null;
  private phase = "waiting";
  private isConnected = true;

  constructor(clock: Clock) {
    const { registry } = this;
    const registers = [registry];
    collectDefaultMetrics({ register: registry });
    this.trials = new TrialMetrics(registry);
    this.commits = new CommitMetrics(registry, clock);
    this.crew = new CrewMetrics(registry, clock, (study) => study === this.key);
    this.server = new ServerMetrics(registry);
    this.driven = new Gauge({
      name: "seqtune_study_driven",
      help: "1 while this process drives the study, 0 before (a standby, a server that is waited for) and after.",
      registers,
    });
    this.connected = new Gauge({
      name: "seqtune_connected",
      help: "1 while the way to the workers is open.",
      registers,
      collect: () => this.connected.set(this.isConnected ? 1 : 0),
    });
  }

  /** Follows a study's events. `find` is asked once, when the study begins. */
  listen(events: StudyEvents, find: (study: string) => WatchedStudy | null): void {
    events.on((event) => {
      if (event.kind === "study_started") {
        const found = find(event.study);
        this.registry.setDefaultLabels({ study: event.study });
        this.key = found?.key ?? null;
        this.trials.before(found?.ended ?? {}, found?.best ?? null);
        this.driven.set(1);
        this.phase = "running";
      }
      if (event.kind === "study_ended") {
        this.driven.set(0);
        this.phase = event.state;
      }
      this.trials.event(event);
    });
  }

  observed(bus: CoordinatorBus): CoordinatorBus {
    return observed(bus, {
      offered: (ref) => this.trials.offered(ref),
      taken: (ref) => this.trials.taken(ref),
      worker: (change) => this.crew.worker(change),
      connection: (state) => {
        this.isConnected = state === "open";
      },
      committing: (messages) => this.commits.committing(messages),
    });
  }

  inLab(bus: NatsCoordinatorBus, names: Names): () => void {
    bus.onDelay((ms) => this.commits.delayed(ms));
    return this.server.watch(bus, names);
  }

  health(): Health {
    if (!this.isConnected)
      return { ok: false, state: this.phase, problem: "the lab's server does not answer" };
    if (this.commits.isRefusing)
      return { ok: false, state: this.phase, problem: "the database takes nothing; see the log" };
    return { ok: true, state: this.phase };
  }
}
