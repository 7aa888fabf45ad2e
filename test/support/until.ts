/** Long enough for a machine that is ten times slower, and shorter than a test may take, so that `what` is said. */
export const patienceMs = 240_000;

/**
 * Waits for a condition, not for a time. Fails with `what` after `limitMs`, which is no measure of anything: a busy
 * machine takes long.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = patienceMs,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits until there is such a thing, and returns it. */
export async function found<T>(
  look: () => T | null | undefined,
  what: string,
  limitMs = patienceMs,
): Promise<T> {
  let seen: T | null | undefined;
  await until(() => (seen = look()) != null, what, limitMs);
  return seen!;
}
