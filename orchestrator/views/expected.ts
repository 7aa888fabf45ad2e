import { expectedScores, type Expected } from "../../search/expected.ts";
import { toScore, toValue, type Goal } from "../../search/scores.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { goalsOf } from "../config/study-goals.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { unitOf } from "../lr-range/metric.ts";
import { repeatsOf, type Repeat } from "../repeats/recorded.ts";
import { repeatedTrials, type Repeated } from "../repeats/repeated.ts";
import { totalTrials } from "./counts.ts";
import { figure } from "./numbers.ts";
import { spaceOf } from "./plot-study/read.ts";

/** The trial to choose by what is expected of configurations with another seed. In units of the ranking metric. */
export interface ExpectedView {
  readonly trial: number;
  readonly mean: number;
  readonly deviation: number;
  /** Standard deviation between trainings of one configuration with different seeds. */
  readonly noise: number;
  /** The first of the ranking; `null`: it is not complete, so nothing is expected of it. */
  readonly first: {
    readonly trial: number;
    readonly value: number;
    readonly mean: number;
    readonly deviation: number;
    /** By how much `trial` is expected to be better. */
    readonly behind: number;
    /** Probability that `trial` is better; 0 where it is the same trial. */
    readonly chance: number;
  } | null;
  /** Where the two part, and it is probable enough: that the first of the ranking was lucky. A sentence without a full stop. */
  readonly words: string | null;
}

export interface StudyExpected {
  readonly view: ExpectedView;
  readonly byTrial: ReadonlyMap<number, { readonly mean: number; readonly deviation: number }>;
}

/** From so probable on a first trial is called lucky. */
const probable = 0.7;
/** Of studies with more trials nothing is said: it would take too long. */
const mostTrials = 2_000;

interface Found {
  /** The study's counts: what has ended does not change. */
  readonly counts: string;
  readonly expected: Expected | null;
}

/** By study, because it takes a tenth of a second to find. */
const known = new WeakMap<StudyStore, Map<number, Found>>();

/** `null`: too few complete trials to say (search/expected.ts), or too many. */
export function expectedOf(
  store: StudyStore,
  study: Study,
  repeats: readonly Repeat[] = repeatsOf(store, study),
): StudyExpected | null {
  // By several metrics, or under constraints, the first of the ranking is not the one with the best value.
  if (unitOf(study.metric) === "step" || goalsOf(study) !== undefined) return null;
  const counts = store.counts(study.id);
  if (totalTrials(counts) > mostTrials) return null;
  const ofStore = known.get(store) ?? new Map<number, Found>();
  known.set(store, ofStore);
  const before = ofStore.get(study.id);
  const key = JSON.stringify(counts);
  const expected = before?.counts === key ? before.expected : find(store, study, repeats);
  ofStore.set(study.id, { counts: key, expected });
  return expected === null ? null : inUnits(store, study, repeats, expected);
}

function find(store: StudyStore, study: Study, repeats: readonly Repeat[]): Expected | null {
  const repeatOf = new Map(repeats.map(({ trial, of }) => [trial, of]));
  const trials = store.trials(study.id);
  const measurements = trials.flatMap(({ number, params, state, value }) => {
    const score = toScore(value, study.goal);
    if (state !== "complete" || !Number.isFinite(score)) return [];
    return [{ trial: repeatOf.get(number) ?? number, params, score }];
  });
  const stored = parseStoredSweep(study.config);
  const space = spaceOf(stored.ok ? stored.sweep : null, trials);
  const repeated = repeatedTrials(store, study, repeats);
  return expectedScores(space, measurements, nameable(repeated)) ?? null;
}

/** Where a race of repeats was run, one that it did not rule out. */
function nameable(repeated: ReadonlyMap<number, Repeated>): (trial: number) => boolean {
  const raced = [...repeated.values()].some(({ n, standing }) => n > 1 && standing === "best");
  if (!raced) return () => true;
  return (trial) => {
    const standing = repeated.get(trial)?.standing;
    return standing === "best" || standing === "tied";
  };
}

function inUnits(
  store: StudyStore,
  study: Study,
  repeats: readonly Repeat[],
  { trials, best, noise }: Expected,
): StudyExpected {
  const { goal } = study;
  const mean = (score: number): number => toValue(score, goal) ?? Number.NaN;
  const hidden = new Set(repeats.map(({ trial }) => trial));
  const ranked = store.trials(study.id, { order: "rank", limit: repeats.length + 1 });
  const firstRow = ranked.find(({ number }) => !hidden.has(number));
  const first = trials.find(({ trial }) => trial === firstRow?.number);
  const value = firstRow?.value ?? null;
  const view = {
    trial: best.trial,
    mean: mean(best.mean),
    deviation: best.deviation,
    noise,
    first:
      first === undefined || value === null
        ? null
        : {
            trial: first.trial,
            value,
            mean: mean(first.mean),
            deviation: first.deviation,
            behind: first.mean - best.mean,
            chance: first.chanceWorse,
          },
  };
  const again = repeatedTrials(store, study, repeats).get(view.first?.trial ?? -1);
  return {
    view: { ...view, words: words(view, again, goal) },
    byTrial: new Map(trials.map((one) => [one.trial, { mean: mean(one.mean), deviation: one.deviation }])),
  };
}

function words(
  { trial, first }: Omit<ExpectedView, "words">,
  again: Repeated | undefined,
  goal: Goal,
): string | null {
  if (first === null || first.trial === trial || first.chance < probable || first.behind <= 0) return null;
  return `trial ${first.trial} looks lucky: ${why(first, again, goal)}; trial ${trial} is expected to be better by ${figure(rounded(first.behind))}, with a probability of ${Math.round(100 * first.chance)} %`;
}

function why(first: NonNullable<ExpectedView["first"]>, again: Repeated | undefined, goal: Goal): string {
  const short = again?.mean === undefined || again.mean === null ? 0 : lag(again.mean, first.value, goal);
  if (again !== undefined && short > 0) {
    const { n } = again;
    return `${n} ${n === 1 ? "repeat of it is" : "repeats of it are"} worse by ${figure(rounded(short))}${n === 1 ? "" : " on average"}`;
  }
  return `it came to ${figure(first.value)}, and its configuration is expected to come to ${figure(first.mean)}`;
}

/** By how much `value` is worse than `than`. */
function lag(value: number, than: number, goal: Goal): number {
  return goal === "minimize" ? value - than : than - value;
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
