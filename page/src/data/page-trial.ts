import type { CurvePiece, TrialTuple } from "../../../orchestrator/views/page/wire.ts";
import type { PlotTrial } from "../../../orchestrator/views/plots/study.ts";

/** A trial as plots read it, and what tables show beside. */
export interface PageTrial extends PlotTrial {
  readonly lastValue: number | null;
  readonly epochsDone: number;
  /** Epochs it may train. */
  readonly epochs: number;
  readonly attempts: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly origin: string | null;
}

/** `known`: the same trial before, whose curve and metrics stay. */
export function trialOf(tuple: TrialTuple, known: PageTrial | undefined): PageTrial {
  const [number, state, value, bestEpoch, lastValue, epochsDone, epochs, attempts, at, seconds] = tuple;
  const [startedAt, endedAt, repeatOf, origin, reason, params] = tuple.slice(10) as unknown as Rest;
  return {
    number,
    state,
    value,
    bestEpoch,
    lastValue,
    epochsDone,
    epochs,
    attempts,
    at,
    seconds,
    startedAt,
    endedAt,
    repeatOf,
    origin,
    reason,
    params,
    curve: known?.curve ?? [],
    metrics: known?.metrics ?? {},
  };
}

type Rest = readonly [
  TrialTuple[10],
  TrialTuple[11],
  TrialTuple[12],
  TrialTuple[13],
  TrialTuple[14],
  TrialTuple[15],
];

/** The curve with a piece put in: what it knows of later epochs is replaced. */
export function withPiece(curve: ArrayLike<number>, { from, values }: CurvePiece): ArrayLike<number> {
  const before = Array.from({ length: from - 1 }, (_, i) => curve[i] ?? Number.NaN);
  return [...before, ...values.map((value) => value ?? Number.NaN)];
}
