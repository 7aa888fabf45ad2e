/** A simulated study and a real one are the same study: the same trials, orders, reasons and ends, in the same order. */
import { describe, expect, it } from "vitest";
import { methods } from "../../orchestrator/config/methods.ts";
import { pruners } from "../../orchestrator/config/pruners.ts";
import type { Sweep } from "../../orchestrator/config/sweep.ts";
import { StudyEvents, type StudyEvent } from "../../orchestrator/events.ts";
import { searchOf } from "../../orchestrator/run/search-of.ts";
import { VirtualStudy, type VirtualSetup } from "../../orchestrator/simulate/virtual-study.ts";
import { rngFor } from "../../search/random.ts";
import { paramsKey } from "../../search/space.ts";
import { sweepOf, sweepWith } from "../orchestrator/config/support.ts";
import { runInVirtualTime } from "../support/in-process-study.ts";

const budget = { trials: 14, epochs: 9 };
const parameters = [
  "learning_rate: {values: [0.001, 0.003, 0.01, 0.03, 0.1]}",
  "hidden: {values: [8, 16, 32, 64]}",
].join("\n");

/** Every rule with its defaults, halving in both modes, and two rules at once. */
const needed: Readonly<Record<string, string>> = {
  percentile: ", percentile: 40",
  threshold: ", max: 2.5",
  patience: ", patience: 2",
};
const rules = [
  "[]",
  ...Object.keys(pruners).map((type) => `{type: ${type}${needed[type] ?? ""}}`),
  "{type: asha, mode: stop}",
  "{type: hyperband, mode: stop}",
  "{type: median, min_epochs: 9, min_trials: 3}",
  "[{type: thaw}, {type: threshold, max: 2.5}]",
];
const searches = Object.keys(methods).filter((name) => name !== "lr_range");

async function sweepFor(method: string, rule: string): Promise<Sweep> {
  const text = sweepWith(parameters, `method: ${method}\nearly_terminate: ${rule}`);
  return await sweepOf(text.replace("{trials: 5}", `{trials: ${budget.trials}, epochs: ${budget.epochs}}`));
}

/** Falls, with noise, towards a level of its own; one learning rate diverges. */
function curve(rate: number, hidden: number, epoch: number): number | null {
  if (rate === 0.1 && hidden > 16 && epoch === 4) return null;
  const noise = 0.3 * rngFor(7, paramsKey({ rate, hidden }), epoch).next();
  return Math.abs(Math.log10(rate) + 2) + hidden / 100 + 1 / epoch + noise;
}

/** What of an event of either is to be the same; the rest is of workers, attempts and clocks. */
const same: { readonly [Kind in StudyEvent["kind"]]?: readonly string[] } = {
  trial_started: ["trial", "params", "origin"],
  report: ["trial", "epoch", "value"],
  best: ["trial", "value"],
  ordered: ["trial", "order", "reason"],
  trial_paused: ["trial", "reason"],
  trial_continued: ["trial", "epochs"],
  trial_ended: ["trial", "outcome", "value", "bestEpoch", "epochs", "reason"],
};

/** What became of the trials, in order. */
function decisions(events: readonly StudyEvent[]): readonly (readonly unknown[])[] {
  return events.flatMap((event) => {
    const names = same[event.kind];
    return names === undefined ? [] : [[event.kind, ...names.map((name) => Reflect.get(event, name))]];
  });
}

/** Seconds of an epoch: no two epochs of a study end at the same time. */
const secondsOf = (trial: number, epoch: number): number => 0.02 + 0.08 * rngFor(11, trial, epoch).next();

function simulated(sweep: Sweep, workers: number): readonly StudyEvent[] {
  const events: StudyEvent[] = [];
  const train: VirtualSetup["train"] = (params, epoch, trial) => {
    const value = curve(Number(params["learning_rate"]), Number(params["hidden"]), epoch);
    return { value, seconds: secondsOf(trial, epoch), end: value === null ? "diverged" : undefined };
  };
  const study = new VirtualStudy({
    search: searchOf(sweep),
    seed: 1,
    goal: "minimize",
    ...budget,
    workers,
    train,
    tell: (event) => events.push(event),
  });
  while (study.advance());
  return events;
}

async function real(sweep: Sweep, workers: number): Promise<readonly StudyEvent[]> {
  const heard: StudyEvent[] = [];
  const events = new StudyEvents();
  events.on((event) => heard.push(event));
  await runInVirtualTime({
    workers,
    budget,
    plan: { seed: 1, ...searchOf(sweep) },
    curve: ({ learning_rate: rate, hidden }, epoch) => curve(Number(rate), Number(hidden), epoch),
    events,
    epochMs: (trial, epoch) => 1_000 * secondsOf(trial, epoch),
  });
  return heard;
}

/** Workers. */
const teams = [1, 2, 3, 4];

describe.each(searches)("method %s, simulated and real", (method) => {
  describe.each(rules)("with early_terminate %s", (rule) => {
    it.each(teams)("decides the same with %i workers", async (workers) => {
      const sweep = await sweepFor(method, rule);
      const made = decisions(simulated(sweep, workers));
      expect(made.filter(([kind]) => kind === "trial_ended").length).toBeGreaterThan(0);
      expect(decisions(await real(sweep, workers))).toEqual(made);
    });
  });
});
