import type { RangePoint } from "../../search/lr-range/curve.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";

type Metrics = Readonly<Record<string, number>>;

/** The metrics a worker reported, in order. */
export function reportsOf(messages: readonly WorkerMessage[]): readonly Metrics[] {
  return messages.flatMap((message) => {
    if (message.kind !== "report") return [];
    return [
      Object.fromEntries(Object.entries(message.metrics).map(([name, value]) => [name, fromWire(value)])),
    ];
  });
}

/** The curve a worker's answer to an `lr_range_test` draws. */
export function rangeCurveOf(messages: readonly WorkerMessage[]): readonly RangePoint[] {
  return reportsOf(messages).map(toRangePoint);
}

/** One step of a range test from its report. */
export function toRangePoint(metrics: Metrics): RangePoint {
  return { rate: metrics["learning_rate"] ?? Number.NaN, loss: metrics["train_loss"] ?? Number.NaN };
}
