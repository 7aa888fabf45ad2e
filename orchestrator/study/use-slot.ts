import { rngFor, seedFor } from "../../search/random.ts";
import type { Params } from "../../search/space.ts";
import type { Write } from "../../storage/store.ts";
import { repeatWrite } from "../repeats/recorded.ts";
import { offerNext } from "./settle.ts";
import type { RunState } from "./state.ts";
import { wishedOrigin } from "./wishes.ts";
import { nothing, type MachineEvent, type Note, type Step } from "./step.ts";

type EventOf<Kind extends MachineEvent["kind"]> = Omit<Extract<MachineEvent, { kind: Kind }>, "at">;

/** What a free slot is to be used for. */
export type Use =
  | { readonly kind: "event"; readonly event: EventOf<"start"> | EventOf<"continue"> | EventOf<"repeat"> }
  /** Nothing until something happens. */
  | { readonly kind: "wait" }
  /** Nothing ever again, which is to be noted. */
  | { readonly kind: "done"; readonly note: Note };

/** Is the search still on? Then a free slot asks `nextOfSearch`. */
export function isSearching(state: RunState): boolean {
  return state.ending === null && !state.searchDone;
}

/** Are repeats of the best wanted, or may they be? Then a free slot asks `nextRepeat`. */
export function isRepeating(state: RunState): boolean {
  return state.ending === null && !state.repeatsDone;
}

/** What was enqueued meanwhile, then a new trial, or a paused one that goes on, as the sampler says. */
export function nextOfSearch({ history, rules, wishes }: RunState): Use {
  const { budget, sampler, seed } = rules.plan;
  const number = history.trials.length;
  if (wishes.next !== null && (budget.trials === undefined || number < budget.trials))
    return { kind: "event", event: { kind: "start", params: wishes.next, origin: wishedOrigin } };
  const next = sampler.suggest(history, number, rngFor(seed, "trial", number));
  switch (next.kind) {
    case "new": {
      if (budget.trials !== undefined && number >= budget.trials) return searchDone;
      return { kind: "event", event: { kind: "start", params: next.params, origin: next.origin ?? null } };
    }
    case "continue":
      return { kind: "event", event: next };
    case "wait":
      return next;
    case "exhausted":
      return searchDone;
    default:
      return next satisfies never;
  }
}

const searchDone: Use = { kind: "done", note: { kind: "search_done" } };

/** One of the best trials once more, with another seed. */
export function nextRepeat({ history, repeats }: RunState): Use {
  const next = repeats.next(history);
  switch (next.kind) {
    case "start":
      return { kind: "event", event: { kind: "repeat", of: next.of, seed: next.seed } };
    case "wait":
      return next;
    case "done":
      return { kind: "done", note: { kind: "repeats_done" } };
    default:
      return next satisfies never;
  }
}

export function stepRepeat(state: RunState, { of, seed }: EventOf<"repeat">, at: number): Step {
  const trial = state.history.trials.length;
  const origin = `repeat of ${of} (seed ${seed})`;
  return stepStart(state, state.history.trial(of).params, origin, at, [repeatWrite({ trial, of, seed }, at)]);
}

/** A new trial with its first attempt, and what else is to be known of it. */
export function stepStart(
  state: RunState,
  params: Params,
  origin: string | null,
  at: number,
  also: readonly Write[] = [],
): Step {
  const { plan } = state.rules;
  const number = state.history.trials.length;
  const { epochs } = plan.budget;
  const trial = { number, params, seed: seedFor(plan.seed, "train", number), epochs, origin, at };
  const { changes, effects } = offerNext(state, { number, epochs, attempt: 0, checkpoint: null }, at);
  return {
    changes: [...also, { kind: "trial_added", trial }, ...changes],
    durability: "process",
    effects,
  };
}

/** A paused trial goes on from its checkpoint until it has trained `toEpoch` epochs in all. */
export function stepContinue(
  state: RunState,
  { trial: number, toEpoch }: EventOf<"continue">,
  at: number,
): Step {
  const trial = state.trials.get(number);
  if (trial?.rest === undefined || trial.rest === null)
    throw new Error(`the sampler continued trial ${number}, which is not paused`);
  const { changes, effects } = offerNext(state, { ...trial, epochs: toEpoch }, at);
  const continued = { kind: "trial_continued", trial: number, epochs: toEpoch } as const;
  return { changes: [continued, ...changes], durability: "process", effects };
}

/** The study is over for good: a paused trial that was not continued was, in the end, pruned. */
export function stepClose({ history, trials }: RunState, at: number): Step {
  const changes = history.trials.flatMap(({ number, state }): Write[] => {
    const rest = state === "paused" ? trials.get(number)?.rest : null;
    if (rest === null || rest === undefined) return [];
    return [{ kind: "trial_ended", trial: number, outcome: "pruned", ...rest, at }];
  });
  return changes.length === 0 ? nothing : { changes, durability: "power", effects: [] };
}
