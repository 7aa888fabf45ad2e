import type { Interrupts } from "../../run/parts.ts";

export interface SignalWatch extends Interrupts {
  /** Puts the usual meaning of the signals back. */
  stop(): void;
}

/**
 * Two-phase Ctrl-C: the first SIGINT or SIGTERM asks to finish in good order, the second ends now. `tell` is
 * called with 1 and 2.
 */
export function watchSignals(tell: (count: number) => void): SignalWatch {
  const finish = new AbortController();
  const now = new AbortController();
  let count = 0;
  const onSignal = (): void => {
    count += 1;
    tell(count);
    if (count === 1) finish.abort();
    else now.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    finish: finish.signal,
    now: now.signal,
    stop: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
