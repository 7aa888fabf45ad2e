import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import type { Pruner, Verdict } from "../../search/pruner.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler } from "../../search/sampler.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import type { Scheduler } from "../../search/scheduler.ts";
import type { Goal } from "../../search/scores.ts";
import type { Space } from "../../search/space.ts";
import { play, replay, scoreOf, type Curve, type Played } from "../search/study.ts";

const METRIC = "val_mse";
const EPOCHS = 12;

const space: Space = {
  parameters: [{ name: "x", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] }],
};

/** Curves that fall towards a level of their own at a rate of their own, with a little noise; a few break off. */
const falling: Curve = (params, epoch, trial) => {
  const level = scoreOf(params);
  const rng = rngFor(3, trial, epoch);
  if (level > 0.9 && epoch > 4) return null;
  return level + (1 - level) * Math.exp(-epoch * (0.1 + level)) + 0.02 * rng.next();
};

/**
 * What every pruner promises (search/pruner.ts), run against any implementation. `makeFor` builds a fresh one; one that is
 * a sampler too decides what goes on, otherwise configurations are random.
 */
export function prunerContract(
  name: string,
  makeFor: (metric: string, goal: Goal) => Pruner | Scheduler,
): void {
  const make = (metric: string): Pruner | Scheduler => makeFor(metric, "minimize");

  function run(curve: Curve, setup: { trials?: number; workers?: number; goal?: "maximize" } = {}): Played {
    const pruner = makeFor(METRIC, setup.goal ?? "minimize");
    const { trials = 30, ...rest } = setup;
    return play({ sampler: samplerOf(pruner), pruner, curve, trials, epochs: EPOCHS, ...rest });
  }

  const kinds = (played: Played): Verdict["kind"][] => played.verdicts.map(({ kind }) => kind);

  describe(`pruner contract: ${name}`, () => {
    it("never stops the only trial while it improves", () => {
      const { verdicts } = run((_, epoch) => 1 / epoch, { trials: 1 });
      expect(verdicts.filter(({ kind }) => kind === "stop")).toEqual([]);
    });

    it("does not stop a trial that leads at every epoch and improves", () => {
      const leads: Curve = (params, epoch, trial) =>
        trial === 7 ? -epoch / 100 : falling(params, epoch, trial);
      const { history } = run(leads, { workers: 3 });
      expect(history.trial(7).state).not.toBe("pruned");
    });

    it("judges the same after a resume at any report, and when asked again", () => {
      const { events, verdicts } = run(falling, { workers: 3 });
      const reports = events.flatMap((event, index) => (event.kind === "reported" ? [{ event, index }] : []));
      const kept = make(METRIC);
      const history = new History("minimize");
      let done = 0;
      for (const [n, { event, index }] of reports.entries()) {
        for (; done <= index; done++) history.apply(events[done]!);
        expect(kept.judge(history, history.trial(event.trial))).toEqual(verdicts[n]);
        expect(kept.judge(history, history.trial(event.trial))).toEqual(verdicts[n]);
        if (n % 7 !== 0) continue;
        const resumed = replay(events.slice(0, index + 1));
        expect(make(METRIC).judge(resumed, resumed.trial(event.trial))).toEqual(verdicts[n]);
      }
    });

    it("treats a value that is not finite as worse than any: where a trial is stopped, such a one is too", () => {
      fc.assert(
        fc.property(fc.nat(), (pick) => {
          const { events, verdicts } = run(falling, { trials: 12 });
          const reports = events.flatMap((event, index) =>
            event.kind === "reported" ? [{ event, index }] : [],
          );
          const at = reports
            .map((report, n) => ({ ...report, n }))
            .filter(({ n }) => verdicts[n]!.kind !== "continue");
          if (at.length === 0) return;
          const { event, index } = at[pick % at.length]!;
          const history = replay([...events.slice(0, index), { ...event, value: null }]);
          expect(make(METRIC).judge(history, history.trial(event.trial)).kind).not.toBe("continue");
        }),
        { numRuns: 20 },
      );
    });

    it("gives the same verdicts when the metric is to be maximised instead, in that metric's own numbers", () => {
      const mirrored = run((...at) => mirror(falling(...at)), { goal: "maximize" });
      expect(kinds(mirrored)).toEqual(kinds(run(falling)));
      // Values lie below 0 there; a reason with only positive numbers would have let a negated score through.
      for (const reason of reasonsOf(mirrored)) expect(reason).toMatch(/-\d|not (been )?finite|epoch/);
    });

    it("says why in a sentence that names the metric", () => {
      for (const reason of reasonsOf(run(falling, { workers: 2 }))) {
        expect(reason).toContain(METRIC);
        expect(reason).not.toMatch(/NaN|Infinity|undefined|null/);
        expect(reason.length).toBeGreaterThan(20);
      }
    });

    const curves: [string, Curve][] = [
      ["all values equal", () => 0.7],
      ["no value finite", () => null],
      ["values across many orders of magnitude", (params) => 10 ** (600 * scoreOf(params) - 300)],
      ["values that jump", (_, epoch, trial) => rngFor(1, epoch, trial).next()],
    ];
    it.each(curves)("copes with %s", (_, curve) => {
      for (const workers of [1, 4]) expect(run(curve, { workers }).history.trials.length).toBeGreaterThan(0);
    });

    it("copes with an epoch that was never reported", () => {
      const history = new History("minimize");
      const pruner = make(METRIC);
      for (let trial = 0; trial < 12; trial++) {
        history.apply({ kind: "started", trial, params: { x: trial / 12 }, epochs: EPOCHS });
        for (const epoch of [1, 2, 4, 5, 8]) {
          history.apply({ kind: "reported", trial, epoch, value: trial / epoch });
          expect(["continue", "pause", "stop"]).toContain(pruner.judge(history, history.trial(trial)).kind);
        }
      }
    });
  });
}

function samplerOf(pruner: Pruner | Scheduler): Sampler {
  return "suggest" in pruner ? pruner : randomSampler(space);
}

function mirror(value: number | null): number | null {
  return value === null ? null : -value;
}

function reasonsOf({ verdicts }: Played): string[] {
  return verdicts.flatMap((verdict) => (verdict.kind === "continue" ? [] : [verdict.reason]));
}
