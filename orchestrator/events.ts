import type { OutcomeKind } from "../search/history.ts";
import type { Params } from "../search/space.ts";
import type { StudyBaseline, StudyState } from "../storage/store.ts";
import type { StudyVerdict } from "./verdict/verdict.ts";

/** What happens while a study runs, for people and programs that watch. Emitted after it was recorded. */
export type StudyEvent =
  | { readonly kind: "study_started"; readonly study: string; readonly resumed: boolean; readonly at: number }
  | { readonly kind: "worker_joined"; readonly worker: string; readonly engine: string; readonly at: number }
  | { readonly kind: "worker_gone"; readonly worker: string; readonly reason: string; readonly at: number }
  | {
      readonly kind: "trial_started";
      readonly trial: number;
      readonly params: Params;
      readonly origin: string | null;
      /** The trial it trains again with another seed; `null` for a trial of the search. */
      readonly repeatOf: number | null;
      readonly at: number;
    }
  | {
      readonly kind: "attempt_started";
      readonly trial: number;
      readonly attempt: number;
      readonly worker: string;
      readonly at: number;
    }
  | {
      readonly kind: "report";
      readonly trial: number;
      readonly attempt: number;
      readonly epoch: number;
      readonly value: number | null;
      readonly metrics: Readonly<Record<string, number>>;
      readonly seconds: number;
      readonly at: number;
    }
  | {
      readonly kind: "ordered";
      readonly trial: number;
      readonly attempt: number;
      readonly order: "stop" | "pause";
      readonly reason: string;
      readonly at: number;
    }
  | {
      readonly kind: "attempt_ended";
      readonly trial: number;
      readonly attempt: number;
      readonly state: string;
      readonly reason: string | null;
      readonly at: number;
    }
  | { readonly kind: "trial_paused"; readonly trial: number; readonly reason: string; readonly at: number }
  | {
      readonly kind: "trial_continued";
      readonly trial: number;
      readonly epochs: number;
      readonly at: number;
    }
  | {
      readonly kind: "trial_ended";
      readonly trial: number;
      readonly outcome: OutcomeKind;
      readonly value: number | null;
      readonly bestEpoch: number | null;
      readonly epochs: number;
      readonly reason: string | null;
      readonly at: number;
    }
  /** Someone marked an ended trial invalid; the search forgets it. `was`: its outcome. */
  | {
      readonly kind: "trial_invalid";
      readonly trial: number;
      readonly was: OutcomeKind;
      readonly reason: string;
      readonly at: number;
    }
  | { readonly kind: "best"; readonly trial: number; readonly value: number; readonly at: number }
  /** Something people should know and may have to act on. */
  | {
      readonly kind: "notice";
      readonly message: string;
      readonly at: number;
      /** It is true only until this happens. */
      readonly until?: "worker_joined";
    }
  | {
      readonly kind: "study_ended";
      readonly state: StudyState;
      readonly reason: string;
      readonly at: number;
    }
  /** What trials are compared with: some time after a new study has started. */
  | { readonly kind: "baselines"; readonly baselines: readonly StudyBaseline[]; readonly at: number }
  /** After the end: what the best trial's model is worth (orchestrator/verdict/verdict.ts). */
  | ({ readonly kind: "verdict"; readonly at: number } & StudyVerdict)
  /** After the end: the best trial's model lies in a folder (`RunOptions.model`). */
  | {
      readonly kind: "model_written";
      readonly trial: number;
      /** Absolute path. */
      readonly folder: string;
      readonly at: number;
    }
  | {
      readonly kind: "model_not_written";
      readonly trial: number;
      readonly reason: string;
      readonly at: number;
    };

type Listener = (event: StudyEvent) => void;

/** Tells every listener in turn. A listener that throws does not harm the study or the others. */
export class StudyEvents {
  private readonly listeners = new Set<Listener>();

  /** Returns how to stop listening. */
  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(event: StudyEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(`a view failed: ${String(error)}`);
      }
    }
  }
}
