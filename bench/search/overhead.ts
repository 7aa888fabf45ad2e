import { samplePrior } from "../../search/domain.ts";
import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler } from "../../search/sampler.ts";
import type { Params, Space } from "../../search/space.ts";

/**
 * Mean milliseconds of processor time a suggestion takes with `past` finished trials in the history, while the study goes on: each
 * suggested trial ends before the next suggestion. The first suggestion, which reads the whole history, is left out.
 */
export function suggestionTime(make: (space: Space) => Sampler, dimensions: number, past: number): number {
  const space = unitSpace(dimensions);
  const sampler = make(space);
  const history = new History("minimize");
  const rng = rngFor(1, "overhead", past);
  while (history.trials.length < past) finish(history, samplePrior(space, rng));
  const suggest = (): void => {
    const trial = history.trials.length;
    const suggestion = sampler.suggest(history, trial, rngFor(1, "trial", trial));
    if (suggestion.kind === "new") finish(history, suggestion.params);
  };
  suggest();
  let count = 0;
  const began = process.cpuUsage();
  const spent = (): number => process.cpuUsage(began).user / 1000;
  // In batches, because reading the processor's time costs as much as a quick suggestion.
  while (count < 5 || spent() < 1000) {
    for (let i = 0; i < 5; i++) suggest();
    count += 5;
  }
  return spent() / count;
}

function unitSpace(dimensions: number): Space {
  return {
    parameters: Array.from({ length: dimensions }, (_, d) => ({
      name: `x${d}`,
      domain: { kind: "float", min: 0, max: 1, scale: "linear" },
      when: [],
    })),
  };
}

function finish(history: History, params: Params): void {
  const trial = history.trials.length;
  const values = Object.values(params).map(Number);
  const value = values.reduce((sum, x, d) => sum + (x - d / values.length) ** 2, 0);
  history.apply({ kind: "started", trial, params, epochs: 1 });
  history.apply({ kind: "reported", trial, epoch: 1, value });
  history.apply({ kind: "ended", trial, outcome: "complete" });
}
