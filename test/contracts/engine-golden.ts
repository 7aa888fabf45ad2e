import { beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../worker/engines/engine.ts";
import { goldenNetworks, goldenProblem, goldenRuns } from "../support/golden.ts";
import { train } from "./engine-training.ts";

/** Of losses, relative to the largest of the figures compared. */
const tolerance = 1e-4;

interface GoldenOptions {
  readonly networks?: readonly string[];
  /** Of gradients, relative to the largest one of a weight. */
  readonly gradients?: number;
}

/**
 * An engine computes what PyTorch computes: gradients of every network, ten losses of every optimizer and loss; or
 * only those of some networks.
 */
export function goldenContract(
  name: string,
  load: () => Promise<Engine>,
  { networks = goldenNetworks, gradients: ofGradients = tolerance }: GoldenOptions = {},
): void {
  const runs = goldenRuns.filter(({ network }) => networks.includes(network));
  describe(`${name} agrees with PyTorch`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await load();
    });

    it.each(networks)("on the gradients of %s", async (network) => {
      const { model, set, start, gradients } = goldenProblem(network, { optimizer: "sgd", learning_rate: 1 });
      const { last } = await train(engine, model, { set, from: start, epochs: 1 });
      for (const [index, expected] of gradients.entries()) {
        const before = start.weights[index]!.data;
        const found = last.weights[index]!.data.map((weight, at) => before[at]! - weight);
        expectClose(Array.from(found), Array.from(expected.data), ofGradients, expected.name);
      }
    });

    it.each(runs.map(titled))("on ten losses of %s", async (_, run) => {
      const { model, set, start } = goldenProblem(run.network, run.settings);
      const { losses } = await train(engine, model, { set, from: start, epochs: run.losses.length });
      expectClose(losses, run.losses, tolerance, "losses");
    });
  });
}

type Run = (typeof goldenRuns)[number];

function titled(run: Run): [title: string, run: Run] {
  return [`${run.network} with ${JSON.stringify(run.settings)}`, run];
}

function expectClose(
  found: readonly number[],
  expected: readonly number[],
  within: number,
  what: string,
): void {
  expect(found).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const apart = expected.flatMap((value, index) =>
    Math.abs(found[index]! - value) / scale < within
      ? []
      : [`${what}[${index}]: ${found[index]} instead of ${value}`],
  );
  expect(apart).toEqual([]);
}
