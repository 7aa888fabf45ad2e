/**
 * Resolves when what `listen` was given is called, or when the signal fires, and stops listening to both. `listen`
 * returns how to stop.
 */
export async function untilCalled(
  listen: (done: () => void) => () => void,
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted === true) return;
  let stop = (): void => {};
  let done = (): void => {};
  try {
    await new Promise<void>((resolve) => {
      done = resolve;
      signal?.addEventListener("abort", done, { once: true });
      stop = listen(done);
    });
  } finally {
    stop();
    signal?.removeEventListener("abort", done);
  }
}
