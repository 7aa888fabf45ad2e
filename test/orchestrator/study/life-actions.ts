import * as fc from "fast-check";

/** How often each comes up, in shares. */
const shares: Readonly<Record<Action["kind"], number>> = {
  slot: 3,
  message: 3,
  batch: 3,
  again: 1,
  claimed: 1,
  deserted: 1,
  stop: 1,
  invalid: 1,
  enqueue: 1,
  foreign: 1,
  refuse: 1,
  interrupt: 1,
  crash: 1,
};
/** Something that happens to a study. */
export interface Action {
  readonly kind:
    | "slot"
    | "message"
    | "batch"
    | "again"
    | "claimed"
    | "deserted"
    | "stop"
    | "invalid"
    | "enqueue"
    | "foreign"
    | "refuse"
    | "interrupt"
    | "crash";
  readonly pick: number;
  readonly value: number;
}
export const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.oneof(
    ...Object.entries(shares).map(([kind, weight]) => {
      return { weight, arbitrary: fc.constant(kind as Action["kind"]) };
    }),
  ),
  pick: fc.nat(10_000),
  value: fc.integer({ min: -1000, max: 1000 }),
});
