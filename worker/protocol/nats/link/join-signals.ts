export interface JoinedSignal {
  readonly signal: AbortSignal;
  /** Lets go of the joined signals; to be called when `signal` is of no use any more. */
  readonly release: () => void;
}

/**
 * Fires with the first of `signals`, for the same reason. For signals that live as long as the process and are joined
 * again and again: each `AbortSignal.any` leaves a weak reference on every one of them for good (Node 20).
 */
export function joinSignals(signals: readonly AbortSignal[]): JoinedSignal {
  const joined = new AbortController();
  const listeners = signals.map((signal) => {
    const fire = (): void => joined.abort(signal.reason);
    if (signal.aborted) fire();
    else signal.addEventListener("abort", fire, { once: true });
    return () => signal.removeEventListener("abort", fire);
  });
  const release = (): void => {
    for (const stop of listeners) stop();
  };
  return { signal: joined.signal, release };
}
