/**
 * Does the quasi-random start of a model-based sampler go on? One worker: until `trials` have ended. Several: until as many
 * have started, and half of them have ended, or half as many as run where that is more; at the latest when `trials` have
 * ended. So a few workers do not wait for the model while there is something to learn from, and many do not follow the few
 * trials that were quickest.
 */
export function isStart(trials: number, finished: number, running: number): boolean {
  const needed = Math.min(trials, Math.max(Math.ceil(trials / 2), Math.ceil(running / 2)));
  return finished + running < trials || finished < needed;
}
