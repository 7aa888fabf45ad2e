import { beforeAll, describe, expect, it } from "vitest";
import { rateAt } from "../../../search/lr-range/curve.ts";
import type { Engine } from "../../../worker/engines/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { protocolVersion, type RangeTestAssignment } from "../../../worker/protocol/assignment.ts";
import { assignmentSchema } from "../../../worker/protocol/assignment.ts";
import { fromWire } from "../../../worker/protocol/numbers.ts";
import { rangeTestSchema } from "../../../worker/protocol/range-test.ts";
import { createSession } from "../../../worker/training/session.ts";
import type { Finished, Interruption } from "../../../worker/training/trainer.ts";

const rows = Array.from({ length: 120 }, (_, t) => `${Math.sin(t / 4)}`);
const data = new TextEncoder().encode(`y\n${rows.join("\n")}\n`);

function assignment(test: object, model: object = {}): RangeTestAssignment {
  const parsed = assignmentSchema.parse({
    kind: "lr_range_test",
    version: protocolVersion,
    ref: { study: "s", trial: 0, attempt: 1 },
    settings: { data: { targets: ["y"], window: 8 }, model: { hidden: 4, batch_size: 16, ...model } },
    data: { sha256: "0".repeat(64), bytes: data.length },
    seed: 3,
    test,
  });
  if (parsed.kind !== "lr_range_test") throw new Error("another kind came back");
  return parsed;
}

interface Step {
  readonly epoch: number;
  readonly rate: number;
  readonly loss: number;
  readonly smoothed: number;
}

interface Tested {
  readonly steps: readonly Step[];
  readonly finished: Finished;
}

describe("a learning-rate range test on a worker", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loadEngine("fused");
  });

  async function run(
    asked: RangeTestAssignment,
    interruption: (steps: number) => Interruption | null = () => null,
  ): Promise<Tested> {
    const steps: Step[] = [];
    const finished = await createSession(engine).run(
      { assignment: asked, data },
      {
        progress: (news) => {
          if (news.kind !== "report") throw new Error(`a ${news.kind} came`);
          const number = (name: string): number => fromWire(news.metrics[name]!);
          const rate = number("learning_rate");
          steps.push({
            epoch: news.epoch,
            rate,
            loss: number("train_loss"),
            smoothed: number("smoothed_loss"),
          });
        },
        interruption: () => interruption(steps.length),
      },
    );
    return { steps, finished };
  }

  it("reports every step with its rate, over as many epochs as it takes", async () => {
    const asked = assignment({ from: 1e-5, to: 1e-2, steps: 20 }); // an epoch has 5 steps
    const { steps, finished } = await run(asked);
    expect(finished).toEqual({ end: { kind: "complete" } });
    expect(steps.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(steps.map(({ rate }) => rate)).toEqual(steps.map((_, step) => rateAt(asked.test, step)));
  });

  it("really trains with those rates: tiny ones leave the loss, larger ones bring it down", async () => {
    const { steps: still } = await run(assignment({ from: 1e-12, to: 1e-11, steps: 40 }));
    const { steps: learning } = await run(assignment({ from: 1e-3, to: 0.1, steps: 40 }));
    expect(learning.at(-1)!.smoothed).toBeLessThan(0.5 * still.at(-1)!.smoothed);
    expect(learning[0]!.loss).toBe(still[0]!.loss); // the same batch and fresh weights
  });

  it("ends where the average exceeds the given multiple of the least one", async () => {
    const { steps, finished } = await run(
      assignment({ from: 1e-3, to: 1000, steps: 200, divergence: 3 }, { optimizer: "sgd" }),
    );
    expect(finished.end.kind).toBe("complete");
    expect(steps.length).toBeLessThan(200);
    const least = Math.min(...steps.slice(0, -1).map(({ smoothed }) => smoothed));
    expect(steps.at(-1)!.smoothed).not.toBeLessThanOrEqual(3 * least);
    expect(steps.at(-2)!.smoothed).toBeLessThanOrEqual(3 * least);
  });

  it("reports a step for every update of gradient_descent, which takes all samples for one", async () => {
    const { steps } = await run(assignment({ steps: 10, to: 0.01 }, { optimizer: "gradient_descent" }));
    expect(steps).toHaveLength(10);
  });

  it("is the same for the same seed", async () => {
    const asked = assignment({ steps: 15 });
    expect((await run(asked)).steps).toEqual((await run(asked)).steps);
  });

  it.each(["stop", "pause", "hand_back"] as const)("obeys a %s at the next batch", async (how) => {
    const { steps, finished } = await run(assignment({ steps: 50 }), (done) => (done >= 7 ? how : null));
    expect(steps).toHaveLength(7);
    const ends = { stop: { kind: "stopped" }, pause: { kind: "paused" }, hand_back: { kind: "handed_back" } };
    expect(finished.end).toMatchObject(ends[how]);
  });

  it("refuses rates that do not rise, in words", () => {
    const read = rangeTestSchema.safeParse({ from: 1, to: 0.1 });
    expect(read.error?.issues[0]?.message).toBe("from must be below to: the learning rate rises");
  });
});
