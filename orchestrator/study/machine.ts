import { stepMessages, stepUnrecordable } from "./messages.ts";
import { order, stepEndTrial, stepJudge, stepLookBack, stepTakeUp } from "./judge.ts";
import { stepEnqueue, stepInvalidate } from "./requests.ts";
import { settle } from "./settle.ts";
import { settleDeath, settleLoss } from "./settlement.ts";
import type { RunState } from "./state.ts";
import { nothing, type MachineEvent, type Step } from "./step.ts";
import { stepClose, stepContinue, stepRepeat, stepStart } from "./use-slot.ts";

/*
 * A study as a machine. An event comes in, `step` says what is to be recorded and what follows from it; once that is on
 * disk, `transition` (transition.ts) changes the state, record by record, and says what is to be published. `step` changes
 * nothing: when the disk refuses, the same event can come again. A `Driver` (driver.ts) goes round this circle; around
 * it the coordinator puts a database, workers and a clock, and a simulation puts recorded curves.
 *
 * A study
 *   searching   free slots ask the sampler (`nextOfSearch`); ends when the budget is spent, the sampler has nothing more,
 *               or `ending` is set
 *   repeating   free slots train the best again (`nextRepeat`); once one repeat was recorded the study never searches
 *               again
 *   ending      `ending` says why: no new trials. Each open trial gets an `end_trial`: an offer that no worker claimed is taken
 *               back, a worker gets the order to stop (complete, stopped), or to hand the trial back (interrupted, failed)
 *   over        no trial is open. Where the study cannot be resumed, trials that are still paused count as pruned
 *
 * A trial (`LiveTrial` until it ends)
 *   open        its newest attempt is offered or running, and it has a slot
 *   paused      `rest` says why; it has no slot, and goes on when the sampler continues it
 *   shelved     its newest attempt was handed back because the study was interrupted: nothing happens before another
 *               coordinator takes the study up
 *   ended       complete, pruned, diverged, failed or cancelled: it leaves the live trials, and changes no more but that it may be
 *               marked invalid, after which the history is another one that never knew its reports
 *
 * An attempt
 *   offered     given to the bus. `worker` is set as soon as some worker is known to have claimed it
 *   running     its worker said that it started
 *   ended       complete, stopped, paused, handed_back, diverged, failed or lost. What that makes of the trial is in
 *               settlement.ts, and it is recorded in the same transaction, with the next attempt where there is one
 *
 * An order to stop or pause stands from its record until the attempt ends. Once it says that the trial is pruned,
 * nothing the trial still reports counts, for how much that is depends on when its worker hears of it.
 */

/** What an event asks for in this state. Changes nothing. */
export function step(state: RunState, event: MachineEvent): Step {
  const { at } = event;
  switch (event.kind) {
    case "messages":
      return stepMessages(state, event.messages, at);
    case "unrecordable":
      return stepUnrecordable(state, event.message, event.words, at);
    case "start":
      return stepStart(state, event.params, event.origin, at);
    case "continue":
      return stepContinue(state, event, at);
    case "repeat":
      return stepRepeat(state, event, at);
    case "judge":
      return stepJudge(state, event.ref, event.n, at);
    case "deserted": {
      const trial = state.trials.current(event.ref);
      if (trial === undefined) return nothing;
      const { died, reason } = event;
      return settle(state, trial, died ? settleDeath(trial, reason) : settleLoss(trial, reason), at);
    }
    case "impossible": {
      const trial = state.trials.current(event.ref);
      if (trial === undefined) return nothing;
      const { reason } = event;
      return settle(state, trial, { kind: "end", state: "failed", outcome: "failed", reason }, at);
    }
    case "stop_trial": {
      const trial = state.trials.get(event.trial);
      // One that stops already keeps its reason: what it reports after a verdict would count again otherwise.
      const isWanted = trial?.order?.kind !== "stop" && state.trials.isOpen(event.trial);
      if (trial === undefined || !isWanted) return nothing;
      return order(state, trial, { kind: "stop", reason: event.reason, outcome: "cancelled" }, at);
    }
    case "invalidate":
      return stepInvalidate(state, event, at);
    case "enqueue":
      return stepEnqueue(state, event.wish, at);
    case "end_trial":
      return stepEndTrial(state, event.ref, event.withdrawn, at);
    case "look_back":
      return stepLookBack(state, at);
    case "take_up":
      return stepTakeUp(state, event.trial, at);
    case "close":
      return stepClose(state, at);
    default:
      return event satisfies never;
  }
}
