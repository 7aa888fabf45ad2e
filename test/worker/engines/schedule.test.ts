import { describe, expect, it } from "vitest";
import { LearningRate, type PlateauState } from "../../../worker/engines/schedule.ts";
import { modelSettingsSchema } from "../../../worker/protocol/model-settings.ts";

function rate(settings: object, epochs = 10, state?: PlateauState): LearningRate {
  const model = modelSettingsSchema.parse(settings);
  return new LearningRate(model, { learningRate: 2, stepsPerEpoch: 4, epochs }, state);
}

describe("learning-rate schedules", () => {
  it("step falls by the factor every given number of epochs", () => {
    const falling = rate({ schedule: "step", schedule_every: 3, schedule_factor: 0.5 });
    expect([0, 11, 12, 23, 24].map((step) => falling.at(step))).toEqual([2, 2, 1, 1, 0.5]);
  });

  it("cosine falls from the whole rate through half of it to zero and stays there", () => {
    const cosine = rate({ schedule: "cosine" });
    expect(cosine.at(0)).toBe(2);
    expect(cosine.at(20)).toBeCloseTo(1, 12);
    expect(cosine.at(40)).toBeCloseTo(0, 12);
    expect(cosine.at(1000)).toBeCloseTo(0, 12);
  });

  it("one_cycle rises from 1/25 to the rate and falls to nearly nothing", () => {
    const cycle = rate({ schedule: "one_cycle", schedule_warmup: 0.25 });
    expect(cycle.at(0)).toBeCloseTo(2 / 25, 12);
    expect(cycle.at(9)).toBeCloseTo(2, 12);
    expect(cycle.at(39)).toBeCloseTo(2 / 250_000, 12);
    expect(cycle.at(500)).toBeCloseTo(2 / 250_000, 12);
  });

  it("one_cycle without warm-up only falls, also over a single step", () => {
    const falling = rate({ schedule: "one_cycle", schedule_warmup: 0 });
    expect(falling.at(1)).toBeLessThan(falling.at(0));
    const single = new LearningRate(modelSettingsSchema.parse({ schedule: "one_cycle" }), {
      learningRate: 2,
      stepsPerEpoch: 1,
      epochs: 1,
    });
    expect(Number.isFinite(single.at(0))).toBe(true);
  });

  it("reduce_on_plateau waits for patience epochs without a better loss", () => {
    const plateau = rate({ schedule: "reduce_on_plateau", schedule_patience: 2, schedule_factor: 0.1 });
    const rates = [5, 4, 4, NaN, 3, 3, 3].map((loss) => {
      plateau.epochEnded(loss);
      return plateau.at(0);
    });
    expect(rates).toEqual([2, 2, 2, 0.2, 0.2, 0.2, 2 * (0.1 * 0.1)]);
  });

  it("reduce_on_plateau goes on from a stored state", () => {
    const settings = { schedule: "reduce_on_plateau", schedule_patience: 2 };
    const first = rate(settings);
    first.epochEnded(1);
    first.epochEnded(1);
    const second = rate(settings, 10, first.state());
    second.epochEnded(1);
    expect(second.at(0)).toBeCloseTo(0.2, 12);
  });
});
