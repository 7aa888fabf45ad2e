import type { Samples } from "../samples.ts";
import type { LanePlan } from "./plan.ts";
import type { Tables } from "./tables.ts";

export interface LaneData extends Samples {
  /** [samples, outputs]; not needed for predictions. */
  readonly targets?: Float32Array;
}

/** Numbers of a step: at most six of the optimizer's, then the share of the weights that decay leaves. */
export const numbersPerStep = 8;

/** The largest of a lane's works, for which memory is taken with the lane. */
export interface LaneNeeds {
  readonly samples: number;
  readonly pieces: number;
  readonly steps: number;
  /** On the device for as long as the lane is. */
  readonly sets: readonly LaneData[];
}

export type RoomName = "samples" | "pieces" | "numbers" | "losses" | "squares" | "outputs";

/** Bytes of each room: see `prepare`. */
export function roomBytes(
  { samples, pieces, steps }: LaneNeeds,
  spans: number,
  outputs: number,
): Readonly<Record<RoomName, number>> {
  return {
    samples: samples * 4,
    pieces: pieces * 32,
    numbers: steps * numbersPerStep * 8,
    losses: pieces * 4,
    squares: steps * spans * 8,
    outputs: samples * outputs * 4,
  };
}

export function arraysOf({ values, starts, lengths, targets }: LaneData): readonly NodeJS.TypedArray[] {
  return [values, starts, lengths, targets].filter((array) => array !== undefined);
}

/** All that a lane will take on the device, beside the data that is there already. */
export function bytesOfLane(tables: Tables, plan: LanePlan, needs: LaneNeeds, spans: number): number {
  const rooms = Object.values(roomBytes(needs, spans, plan.shape.outputs));
  return (
    plan.bytes +
    rooms.reduce((sum, bytes) => sum + bytes, 0) +
    tables.missing(needs.sets.flatMap((set) => arraysOf(set)))
  );
}
