import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Clock } from "../../worker/protocol/clock.ts";
import { unsentTrials } from "../lab/left-reports.ts";
import type { Seat } from "../lab/machine.ts";
import type { SlotReport, SupervisorObserver } from "../lab/supervisor.ts";
import type { Health } from "./health.ts";

type SlotState = "starting" | "waiting" | "training" | "restarting";
const slotStates: readonly SlotState[] = ["starting", "waiting", "training", "restarting"];

/** Counts what the slots of one worker machine do. */
export class WorkerMetrics implements SupervisorObserver {
  readonly registry = new Registry();
  private readonly clock: Clock;
  private readonly states = new Map<number, SlotState>();
  /** Slots whose connection is not open. */
  private readonly away = new Set<number>();
  private readonly heardAt = new Map<number, number>();
  private seats: readonly Seat[] = [];
  private readonly trials: Counter<"end">;
  private readonly epochs: Counter;
  private readonly seconds: Counter;
  private readonly restarts: Counter;
  private readonly problems: Counter;

  /** `cache`: where this machine keeps what was not sent. */
  constructor(clock: Clock, cache: string) {
    const { registry } = this;
    const registers = [registry];
    this.clock = clock;
    collectDefaultMetrics({ register: registry });
    this.trials = new Counter({
      name: "seqtune_worker_trials_total",
      help: "Attempts this machine ended, by how.",
      labelNames: ["end"],
      registers,
    });
    for (const end of ["complete", "stopped", "paused", "handed_back", "diverged", "failed"])
      this.trials.inc({ end }, 0);
    this.epochs = new Counter({
      name: "seqtune_worker_epochs_total",
      help: "Epochs of attempts that ended here.",
      registers,
    });
    this.seconds = new Counter({
      name: "seqtune_worker_training_seconds_total",
      help: "Seconds that attempts which ended here took.",
      registers,
    });
    this.restarts = new Counter({
      name: "seqtune_worker_restarts_total",
      help: "Slot processes that died and were started again.",
      registers,
    });
    this.problems = new Counter({
      name: "seqtune_worker_problems_total",
      help: "Problems reported to people; their texts are in the log.",
      registers,
    });
    this.showSlots(registers, cache);
  }

  private showSlots(registers: Registry[], cache: string): void {
    const slots: Gauge<"state"> = new Gauge({
      name: "seqtune_worker_slots",
      help: "Slots of this machine by what they do.",
      labelNames: ["state"],
      registers,
      collect: () => {
        for (const state of slotStates)
          slots.set({ state }, [...this.states.values()].filter((one) => one === state).length);
      },
    });
    const away: Gauge = new Gauge({
      name: "seqtune_worker_disconnected_slots",
      help: "Slots that have no connection to the lab's server; what they train goes on.",
      registers,
      collect: () => away.set(this.away.size),
    });
    const unsent: Gauge = new Gauge({
      name: "seqtune_worker_unsent_trials",
      help: "Trials with reports on this machine's disk that no coordinator has committed.",
      registers,
      collect: () =>
        unsent.set(
          unsentTrials(
            cache,
            this.seats.map(({ worker }) => worker),
          ),
        ),
    });
    const quiet: Gauge<"slot"> = new Gauge({
      name: "seqtune_worker_slot_quiet_seconds",
      help: "Time since a slot's process last began or ended something.",
      labelNames: ["slot"],
      registers,
      collect: () => {
        for (const [slot, at] of this.heardAt)
          quiet.set({ slot: String(slot) }, (this.clock.monotonic() - at) / 1000);
      },
    });
  }

  begin(seats: readonly Seat[]): void {
    this.seats = seats;
    for (const { number } of seats) this.states.set(number, "starting");
  }

  report(slot: number, news: SlotReport): void {
    this.heardAt.set(slot, this.clock.monotonic());
    switch (news.kind) {
      case "connection":
        if (news.state === "open") this.away.delete(slot);
        else this.away.add(slot);
        return;
      case "waiting":
        this.states.set(slot, "waiting");
        return;
      case "started":
        this.states.set(slot, "training");
        return;
      case "ended":
        this.states.set(slot, "waiting");
        this.trials.inc({ end: news.how });
        this.epochs.inc(news.epochs);
        this.seconds.inc(news.seconds);
        return;
      case "problem":
        return this.problems.inc();
      case "died":
        this.states.set(slot, "restarting");
        return this.restarts.inc();
      case "ready":
      case "fatal":
        return;
      default:
        news satisfies never;
    }
  }

  health(): Health {
    const states = [...this.states.values()];
    const working = states.filter((one) => one === "waiting" || one === "training").length;
    const state = `${working} of ${states.length} slots work`;
    if (this.away.size > 0) return { ok: false, state, problem: "the lab's server does not answer" };
    if (states.includes("restarting"))
      return { ok: false, state, problem: "a slot's process died and is being started again" };
    return { ok: true, state };
  }
}
