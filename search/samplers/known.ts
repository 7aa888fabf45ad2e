import { History, type TrialRecord } from "../history.ts";
import type { Sampler, Suggestion } from "../sampler.ts";
import { toValue } from "../scores.ts";
import type { Params } from "../space.ts";

/** `others`: as in `HistoryEvent`, in a study with several goals. */
export type KnownReport = readonly [
  epoch: number,
  value: number | null,
  others?: readonly (number | null)[] | undefined,
];

/** A result from elsewhere. */
export interface KnownTrial {
  readonly params: Params;
  readonly outcome: "complete" | "pruned" | "diverged";
  /** Epochs, rising, and the metric after each; `null`: not finite. */
  readonly reports: readonly KnownReport[];
}

/**
 * Lets `inner` learn from results of elsewhere. It sees a history of its own: the known trials first, as if they had
 * been run before, then the study's. The study's history and its numbers stay as they are, so known trials are never
 * ranked, paused or continued. Nothing that is known is tried again, except in an infinite space by accident.
 */
export function withKnown(known: readonly KnownTrial[], inner: Sampler): Sampler {
  const mirrors = new WeakMap<History, Mirror>();
  return {
    name: inner.name,
    suggest(history, trial, rng) {
      const mirror = mirrors.get(history) ?? new Mirror(history, known);
      mirrors.set(history, mirror);
      mirror.update();
      return ownNumbers(inner.suggest(mirror.history, known.length + trial, rng), known.length);
    },
  };
}

function ownNumbers(suggestion: Suggestion, offset: number): Suggestion {
  return suggestion.kind === "continue" ? { ...suggestion, trial: suggestion.trial - offset } : suggestion;
}

/** The known trials and, behind them, those of a history that grows. */
class Mirror {
  readonly history: History;
  private readonly own: History;
  private readonly offset: number;
  private readonly live = new Set<number>();
  private started = 0;
  private ended = 0;

  constructor(own: History, known: readonly KnownTrial[]) {
    this.own = own;
    this.offset = known.length;
    this.history = new History(own.goal);
    for (const [trial, { params, outcome, reports }] of known.entries()) {
      const epochs = reports.at(-1)?.[0] ?? 1;
      this.history.apply({ kind: "started", trial, params, epochs });
      for (const [epoch, value, others] of reports)
        this.history.apply({ kind: "reported", trial, epoch, value, others });
      this.history.apply({ kind: "ended", trial, outcome });
    }
  }

  /** Reads what has changed: trials that started or ended, and news of those that are open. */
  update(): void {
    for (; this.started < this.own.trials.length; this.started++) {
      const { number, params, epochs } = this.own.trials[this.started]!;
      this.history.apply({ kind: "started", trial: this.offset + number, params, epochs });
      this.live.add(number);
    }
    for (const number of this.live) this.copy(this.own.trial(number));
    for (; this.ended < this.own.ended.length; this.ended++) {
      const number = this.own.ended[this.ended]!;
      const { state } = this.own.trial(number);
      this.live.delete(number);
      if (state === "running" || state === "paused") continue;
      this.history.apply({ kind: "ended", trial: this.offset + number, outcome: state });
    }
  }

  private copy(own: TrialRecord): void {
    const trial = this.offset + own.number;
    const copy = this.history.trial(trial);
    if (own.state !== "paused" && copy.state === "paused") {
      this.history.apply({ kind: "continued", trial, epochs: own.epochs });
    }
    for (const [index, score] of own.scores.entries()) {
      if (score === undefined || Object.is(score, copy.scores[index])) continue;
      const value = toValue(score, this.own.goal);
      this.history.apply({ kind: "reported", trial, epoch: index + 1, value, others: own.others?.[index] });
    }
    if (own.state === "paused" && copy.state === "running") this.history.apply({ kind: "paused", trial });
  }
}
