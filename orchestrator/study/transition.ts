import { isFeasibleReport, othersOf } from "../../search/goals/goals.ts";
import { isBetter, toScore, toValue } from "../../search/scores.ts";
import type { OutcomeKind } from "../../search/history.ts";
import type { NewTrial, Report, Write, Written } from "../../storage/store.ts";
import type { StudyEvent } from "../events.ts";
import { readRepeat, repeatEvent } from "../repeats/recorded.ts";
import { asideEvent } from "./aside.ts";
import { orderEvent, readOrder } from "./recorded-order.ts";
import { isPruned } from "./settlement.ts";
import { bestOf } from "./best-of.ts";
import { newTrial, type LiveTrial } from "./live-trial.ts";
import type { RunState } from "./state.ts";
import { readWish, wishEvent } from "./wishes.ts";
import { isNote, type Change, type Effect, type Note } from "./step.ts";

type WriteOf<Kind extends Write["kind"]> = Extract<Write, { kind: Kind }>;

const none: readonly Effect[] = [];

/**
 * The one place where a study's state changes. A record is applied once it is on disk, with what the database said of
 * it; what is to be published follows, and after a report the question for a verdict.
 */
export function transition(state: RunState, change: Change, written: Written, at: number): readonly Effect[] {
  if (isNote(change)) return note(state, change, at);
  switch (change.kind) {
    case "trial_added":
      return added(state, change.trial);
    case "attempt_offered":
      return offered(state, change);
    case "attempt_started":
      return started(state, change, written);
    case "report":
      return written === "recorded" ? reported(state, change.report) : none;
    case "checkpoint": {
      const trial = attemptOf(state, change);
      if (trial !== undefined && written === "recorded") trial.checkpoint = change.checkpoint;
      return none;
    }
    case "attempt_ended":
      return attemptEnded(state, change);
    case "trial_paused":
      return paused(state, change, at);
    case "trial_continued":
      return continued(state, change, at);
    case "trial_ended":
      return ended(state, change);
    case "trial_invalid":
      return invalidated(state, change);
    case "event":
      return event(state, change);
    case "report_disowned":
      return none; // comes before a study is taken up
    default:
      return change satisfies never;
  }
}

function note(state: RunState, change: Note, at: number): readonly Effect[] {
  switch (change.kind) {
    case "claimed": {
      const trial = state.trials.current(change.ref);
      if (trial !== undefined) trial.worker ??= change.worker;
      return none;
    }
    case "heard_of":
      // One that the database does not know was handed out by its lost future.
      if (change.ref.attempt > state.trials.newestAttempt(change.ref.trial)) state.aside.heardOf(change.ref);
      return none;
    case "kept_aside": {
      const words = state.aside.kept(change.message, change.oddity);
      return words === null ? none : tell({ kind: "notice", message: words, at });
    }
    case "ending":
      state.ending ??= change.ending;
      return none;
    case "search_done":
      state.searchDone = true;
      return none;
    case "repeats_done":
      state.repeatsDone = true;
      return none;
    default:
      return change satisfies never;
  }
}

function added(state: RunState, added: NewTrial): readonly Effect[] {
  const { number, params, seed, epochs, origin, at } = added;
  state.wishes.started(origin);
  state.trials.add(newTrial({ number, params, seed, epochs }));
  state.history.apply({ kind: "started", trial: number, params, epochs });
  const repeatOf = state.repeats.repeated(number);
  return tell({ kind: "trial_started", trial: number, params, origin, repeatOf, at });
}

function offered(state: RunState, { trial: number, attempt }: WriteOf<"attempt_offered">): readonly Effect[] {
  const trial = state.trials.get(number);
  if (trial === undefined) return none;
  trial.attempt = attempt;
  trial.attemptState = "offered";
  trial.worker = null;
  trial.startedAt = null;
  trial.order = null;
  trial.newestReport = null;
  state.trials.update(trial);
  return none;
}

function started(state: RunState, change: WriteOf<"attempt_started">, written: Written): readonly Effect[] {
  const trial = attemptOf(state, change);
  if (trial === undefined) return none;
  if (written !== "recorded") return none; // of two workers that say so, the first has it
  const { worker, attempt, at } = change;
  trial.worker = worker;
  trial.attemptState = "running";
  trial.startedAt = at;
  return tell({ kind: "attempt_started", trial: trial.number, attempt, worker, at });
}

function reported(state: RunState, report: Report): readonly Effect[] {
  const { history, rules } = state;
  const { trial, attempt, n, epoch, value, metrics, seconds, at } = report;
  const current = attemptOf(state, report);
  if (current !== undefined && n >= (current.newestReport?.n ?? 0)) current.newestReport = { n, epoch };
  const effects: Effect[] = [...tell({ kind: "report", trial, attempt, epoch, value, metrics, seconds, at })];
  // How many epochs are trained while the verdict is on its way is chance: they are recorded, and decide nothing.
  if (isPruned(state.trials.get(trial)?.order)) return effects;
  const { goals } = rules.plan;
  const others = goals === undefined ? undefined : othersOf(goals, metrics);
  history.apply({ kind: "reported", trial, epoch, value, others });
  const score = toScore(value, rules.study.goal);
  if (!state.repeats.has(trial) && isBetter(score, state.best) && isFeasibleReport(goals, metrics)) {
    state.best = score;
    effects.push(...tell({ kind: "best", trial, value: value!, at }));
  }
  if (current !== undefined)
    effects.push({ kind: "then", event: { kind: "judge", ref: state.trials.ref(current), n, at } });
  return effects;
}

function attemptEnded(state: RunState, change: WriteOf<"attempt_ended">): readonly Effect[] {
  const trial = attemptOf(state, change);
  if (trial === undefined) return none;
  const { attempt, state: how, reason, at } = change;
  // One of a lost future was never given out here: there is nothing to tell.
  const isForeign = how === "lost" && trial.worker === null;
  trial.attemptState = "ended";
  trial.worker = null;
  trial.startedAt = null;
  trial.order = null;
  trial.newestReport = null;
  if (how === "failed") trial.failures += 1;
  if (how === "paused") trial.pauses += 1;
  state.trials.update(trial);
  return isForeign
    ? none
    : tell({ kind: "attempt_ended", trial: trial.number, attempt, state: how, reason, at });
}

function paused(state: RunState, change: WriteOf<"trial_paused">, at: number): readonly Effect[] {
  const { trial: number, reason, model } = change;
  const trial = state.trials.get(number);
  if (trial === undefined) return none;
  trial.rest = { reason, model };
  state.history.apply({ kind: "paused", trial: number });
  return tell({ kind: "trial_paused", trial: number, reason, at });
}

function continued(state: RunState, change: WriteOf<"trial_continued">, at: number): readonly Effect[] {
  const { trial: number, epochs } = change;
  const trial = state.trials.get(number);
  if (trial === undefined) return none;
  trial.rest = null;
  trial.epochs = epochs;
  state.history.apply({ kind: "continued", trial: number, epochs });
  return tell({ kind: "trial_continued", trial: number, epochs, at });
}

function ended(
  state: RunState,
  { trial: number, outcome, reason, at }: WriteOf<"trial_ended">,
): readonly Effect[] {
  const { history, trials } = state;
  const trial = trials.get(number);
  if (trial === undefined) return none;
  trials.end(number, trial.attempt);
  history.apply({ kind: "ended", trial: number, outcome });
  if (trial.rest !== null) return none; // its pause was published, and nothing came after
  const { best, bestEpoch, epoch } = history.trial(number);
  const value = hasValue(outcome) ? toValue(best, history.goal) : null;
  return tell({
    kind: "trial_ended",
    trial: number,
    outcome,
    value,
    bestEpoch: bestEpoch || null,
    epochs: epoch,
    reason,
    at,
  });
}

/** Everything learned from the trial is forgotten: who reads the history reads another one. */
function invalidated(state: RunState, { trial, reason, at }: WriteOf<"trial_invalid">): readonly Effect[] {
  const was = state.history.trial(trial).state;
  if (was === "running" || was === "paused" || was === "invalid") return none;
  state.history = state.history.without(trial);
  state.best = bestOf(state.history, state.repeats, state.rules.plan.goals);
  return tell({ kind: "trial_invalid", trial, was, reason, at });
}

/** What a diverged or failed trial reached on its way is no result. */
function hasValue(outcome: OutcomeKind): boolean {
  return outcome !== "diverged" && outcome !== "failed";
}

function event(state: RunState, { name, data, at }: WriteOf<"event">): readonly Effect[] {
  if (name === wishEvent) state.wishes.add(readWish(data));
  if (name === repeatEvent) state.repeats.begin(readRepeat(data));
  if (name === asideEvent) {
    const words = state.aside.keptAs(data);
    return words === null ? none : tell({ kind: "notice", message: words, at });
  }
  if (name !== orderEvent) return none;
  const { trial: number, attempt, kind, reason, outcome } = readOrder(data);
  const trial = attemptOf(state, { trial: number, attempt });
  if (trial !== undefined) trial.order = { kind, reason, outcome };
  return tell({ kind: "ordered", trial: number, attempt, order: kind, reason, at });
}

/** The trial, if this attempt is its newest and has not ended. */
function attemptOf(
  { trials, rules }: RunState,
  { trial, attempt }: { readonly trial: number; readonly attempt: number },
): LiveTrial | undefined {
  return trials.current({ study: rules.study.key, trial, attempt });
}

function tell(event: StudyEvent): readonly Effect[] {
  return [{ kind: "tell", event }];
}
