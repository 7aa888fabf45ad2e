import type { Params } from "../../search/space.ts";
import type { Optimizer } from "./optimizer.ts";

/** What a configuration is worth (larger is better), and how long its training takes in event time. */
export type Evaluate = (params: Params) => { readonly value: number; readonly seconds: number };

interface Busy {
  readonly trial: number;
  readonly value: number;
  readonly until: number;
}

/**
 * Best value after each finished trial, [ended]; `ended`: after how many of the trials to stop looking (all of them). Virtual workers in event time: a worker that becomes free asks at
 * once, and the search knows the results of the trials that have ended by then. One worker is the sequential search.
 */
export async function runSearch(
  evaluate: Evaluate,
  optimizer: Optimizer,
  {
    trials,
    workers,
    ended = trials,
  }: { readonly trials: number; readonly workers: number; readonly ended?: number },
): Promise<readonly number[]> {
  const busy: Busy[] = [];
  const best: number[] = [];
  let started = 0;
  let now = 0;
  while (best.length < ended) {
    for (; busy.length < workers && started < trials; started++) {
      const { value, seconds } = evaluate(await optimizer.ask(started));
      busy.push({ trial: started, value, until: now + seconds });
    }
    busy.sort((a, b) => a.until - b.until || a.trial - b.trial);
    const { trial, value, until } = busy.shift()!;
    now = until;
    optimizer.tell(trial, value);
    best.push(Math.max(best.at(-1) ?? -Infinity, value));
  }
  return best;
}
