import type { Interruption, Progress } from "./trainer.ts";

/** Between a run and the thread that it runs in. */
export interface SessionHooks {
  progress(news: Progress): void;
  /** What was asked for so far; looked at after every batch. */
  interruption(): Interruption | null;
}
