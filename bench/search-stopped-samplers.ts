import { History } from "../search/history.ts";
import { Encoding } from "../search/samplers/bayes/encoding.ts";
import type { Sampler } from "../search/sampler.ts";
import { toValue } from "../search/scores.ts";
import { TASKSET_SPACE, type Task } from "./search-pruners-tasks.ts";

/** Replaces what `inner` suggests by the nearest configuration of the task that no trial has. */
export function fromPool(task: Task, inner: Sampler): Sampler {
  const encoding = new Encoding(TASKSET_SPACE);
  const places = task.params.map((params) => encoding.encode(params));
  return {
    name: inner.name,
    suggest(history, trial, rng) {
      const suggestion = inner.suggest(history, trial, rng);
      if (suggestion.kind !== "new") return suggestion;
      const wanted = encoding.encode(suggestion.params);
      const tried = new Set(history.trials.map(({ params }) => params["configuration"]));
      let nearest = -1;
      let least = Infinity;
      for (const [index, place] of places.entries()) {
        const distance = place.reduce((sum, x, d) => sum + (x - wanted[d]!) ** 2, 0);
        if (distance < least && !tried.has(index)) [nearest, least] = [index, distance];
      }
      if (nearest < 0) return { kind: "exhausted" };
      return { kind: "new", params: { ...task.params[nearest], configuration: nearest } };
    },
  };
}

/** Hides from `inner` what pruned and paused trials reported; that they were tried it still sees. */
export function onlyComplete(inner: Sampler): Sampler {
  return {
    name: inner.name,
    suggest: (history, trial, rng) => inner.suggest(withoutReports(history), trial, rng),
  };
}

function withoutReports(history: History): History {
  const shown = new History(history.goal);
  for (const { number, params, epochs, scores, state } of history.trials) {
    shown.apply({ kind: "started", trial: number, params, epochs });
    if (state === "running") continue;
    if (state !== "complete") {
      shown.apply({ kind: "ended", trial: number, outcome: "cancelled" });
      continue;
    }
    for (const [index, score] of scores.entries()) {
      if (score === undefined) continue;
      shown.apply({ kind: "reported", trial: number, epoch: index + 1, value: toValue(score, history.goal) });
    }
    shown.apply({ kind: "ended", trial: number, outcome: state });
  }
  return shown;
}
