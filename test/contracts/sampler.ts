import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, samplePrior, spaceSize } from "../../search/domain.ts";
import { History, type HistoryEvent } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler, Suggestion } from "../../search/sampler.ts";
import { paramsKey, type Params, type Space } from "../../search/space.ts";
import { anySpaces, finiteSpaces } from "../search/spaces.ts";
import { play, replay, scoreOf, type Curve } from "../search/study.ts";

interface Options {
  /** The sampler takes finite spaces only (a grid). */
  readonly finiteOnly?: boolean;
  /** Generated spaces a property is tried on; fewer for a sampler that thinks long. Default 60. */
  readonly spaces?: number;
  /** Length of the long history. Default 10,000. */
  readonly longHistory?: number;
}

/** A finite objective, with a hole now and then. */
const objective: Curve = (params) => (scoreOf(params) < 0.1 ? null : scoreOf(params));

/** What every sampler promises (search/sampler.ts), run against any implementation. `make` builds a fresh one. */
export function samplerContract(name: string, make: (space: Space) => Sampler, options: Options = {}): void {
  const { finiteOnly = false, spaces: numRuns = 60, longHistory = 10_000 } = options;
  const spaces = finiteOnly ? finiteSpaces : anySpaces;
  const seed = fc.integer({ min: 0, max: 1e6 });

  /** `trials` that were drawn at random by somebody else, each with one report and an end. */
  function filled(space: Space, trials: number, value: (params: Params) => number | null): History {
    const history = new History("minimize");
    for (let trial = 0; trial < trials; trial++) {
      const params = samplePrior(space, rngFor(99, trial));
      const number = value(params);
      history.apply({ kind: "started", trial, params, epochs: 1 });
      history.apply({ kind: "reported", trial, epoch: 1, value: number });
      history.apply({ kind: "ended", trial, outcome: number === null ? "diverged" : "complete" });
    }
    return history;
  }

  function ask(sampler: Sampler, history: History, seed: number): Suggestion {
    return sampler.suggest(history, history.trials.length, rngFor(seed, "trial", history.trials.length));
  }

  function expectSound(suggestion: Suggestion, space: Space): void {
    if (suggestion.kind === "exhausted") expect(spaceSize(space)).toBeLessThan(Infinity);
    else {
      expect(suggestion.kind).toBe("new");
      if (suggestion.kind === "new")
        expect(suggestion.params).toSatisfy((params: Params) => contains(space, params));
    }
  }

  describe(`sampler contract: ${name}`, () => {
    it("stays inside any space and respects its conditions", () => {
      fc.assert(
        fc.property(spaces, seed, fc.constantFrom(1, 3), (space, seed, workers) => {
          const { history } = play({ sampler: make(space), curve: objective, trials: 16, workers, seed });
          for (const { params } of history.trials) expect(contains(space, params)).toBe(true);
        }),
        { numRuns },
      );
    });

    it("never repeats a configuration of a finite space until all were tried, and then says so", () => {
      fc.assert(
        fc.property(finiteSpaces, seed, fc.constantFrom(1, 4), (space, seed, workers) => {
          const { history, exhausted } = play({
            sampler: make(space),
            curve: objective,
            trials: 1000,
            workers,
            seed,
          });
          expect(exhausted).toBe(true);
          expect(history.trials).toHaveLength(spaceSize(space));
          expect(new Set(history.trials.map(({ params }) => paramsKey(params))).size).toBe(spaceSize(space));
        }),
        { numRuns },
      );
    });

    it("suggests the same from the same history and seed, whether it watched, got it afterwards, or resumes at any moment", () => {
      fc.assert(
        fc.property(spaces, seed, fc.nat(), (space, seed, cut) => {
          const setup = { curve: objective, trials: 14, workers: 2, seed };
          const watched = make(space);
          const { events } = play({ sampler: watched, ...setup });
          expect(play({ sampler: make(space), ...setup }).events).toEqual(events);
          expect(ask(make(space), replay(events), seed)).toEqual(ask(watched, replay(events), seed));
          const starts = events.flatMap((event, index) =>
            event.kind === "started" ? [{ event, index }] : [],
          );
          const { event, index } = starts[cut % starts.length]!;
          const resumed = ask(make(space), replay(events.slice(0, index)), seed);
          expect(resumed).toMatchObject({ kind: "new", params: event.params });
        }),
        { numRuns },
      );
    });

    const histories: [string, number, (params: Params) => number | null][] = [
      ["no trial", 0, () => null],
      ["one trial", 1, () => 0.5],
      ["one diverged trial", 1, () => null],
      ["nothing but diverged trials", 40, () => null],
      ["nothing but equal scores", 40, () => 0.7],
      ["scores across many orders of magnitude", 40, (params) => 10 ** (600 * scoreOf(params) - 300)],
      ["a long history", longHistory, (params) => scoreOf(params)],
    ];
    it.each(histories)("copes with %s", (_, trials, value) => {
      // What a long history could break (stacks, lengths of arguments) is the same in every space.
      for (const space of fc.sample(spaces, { numRuns: trials > 100 ? 2 : 5, seed: 4 })) {
        expectSound(ask(make(space), filled(space, trials, value), 1), space);
      }
    });

    it("copes with trials that never reported, and with configurations from elsewhere", () => {
      for (const space of fc.sample(spaces, { numRuns: 10, seed: 5 })) {
        const events: HistoryEvent[] = [
          { kind: "started", trial: 0, params: samplePrior(space, rngFor(1)), epochs: 3 },
          { kind: "started", trial: 1, params: { elsewhere: 1 }, epochs: 3 },
          { kind: "started", trial: 2, params: samplePrior(space, rngFor(2)), epochs: 3 },
          { kind: "ended", trial: 2, outcome: "failed" },
        ];
        expectSound(ask(make(space), replay(events), 1), space);
      }
    });
  });
}
