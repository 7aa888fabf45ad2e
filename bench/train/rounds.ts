import type { Contender } from "./contenders.ts";

export interface Timing {
  /** Milliseconds a step. */
  readonly lowest: number;
  readonly median: number;
}

/** A contender's turn lasts about this long: short, so that all see the same disturbances. */
const turnMs = 200;
/** The first steps of a turn find cold caches and do not count. */
const warmUp = 1 / 4;

/**
 * Lets the contenders take turns, `rounds` times, in short turns. A contender so slow that a step fills its turn
 * takes part in every fourth round only. Contenders of the same name count as one.
 */
export async function takeTurns(
  contenders: readonly Contender[],
  rounds: number,
  timeLimitMs: number,
): Promise<Map<string, Timing>> {
  const entries = [];
  for (const contender of contenders) entries.push(await warmed(contender));
  const end = performance.now() + timeLimitMs;
  for (let round = 0; round < rounds && (round < 4 || performance.now() < end); round++) {
    for (const entry of entries) {
      if (entry.count === 1 && round % 4 !== 0) continue;
      const times = await entry.contender.steps(entry.count);
      entry.times.push(...times.slice(Math.floor(entry.count * warmUp)));
    }
  }
  const times = new Map<string, number[]>();
  for (const { contender, times: own } of entries) {
    times.set(contender.name, [...(times.get(contender.name) ?? []), ...own]);
  }
  return new Map(Array.from(times, ([name, all]) => [name, timingOf(all)]));
}

function timingOf(times: number[]): Timing {
  times.sort((a, b) => a - b);
  return { lowest: times[0]!, median: times[Math.floor(times.length / 2)]! };
}

async function warmed(
  contender: Contender,
): Promise<{ contender: Contender; count: number; times: number[] }> {
  let count = 2;
  for (;;) {
    const times = await contender.steps(count);
    const total = times.reduce((sum, time) => sum + time, 0);
    if (total >= turnMs)
      return { contender, count: Math.max(1, Math.round((count * turnMs) / total)), times: [] };
    count *= 2;
  }
}
