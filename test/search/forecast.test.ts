import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import { learnForecaster, marks, type Forecast } from "../../search/pruners/forecast.ts";
import { Standings } from "../../search/pruners/standings.ts";
import { rngFor } from "../../search/random.ts";

const EPOCHS = 50;

/** Trials as curves cut off at an epoch; the forecast for the last of them. */
function forecastLast(curves: readonly { curve: (epoch: number) => number | null; to: number }[]): Forecast {
  const history = new History("minimize");
  for (const [trial, { curve, to }] of curves.entries()) {
    history.apply({ kind: "started", trial, params: {}, epochs: EPOCHS });
    for (let epoch = 1; epoch <= to; epoch++) {
      history.apply({ kind: "reported", trial, epoch, value: curve(epoch) });
    }
  }
  const standings = new Standings(marks(EPOCHS)).of(history);
  return learnForecaster(standings.slice(0, -1), marks(EPOCHS).length)(standings.at(-1)!);
}

const powerLaw =
  (level: number, power: number) =>
  (epoch: number): number =>
    level + (1 - level) * epoch ** -power;

describe("forecast", () => {
  it("reads curves at epochs each half as far again", () => {
    expect(marks(51)).toEqual([1, 2, 3, 4, 6, 9, 13, 19, 28, 42, 51]);
    expect([marks(1), marks(2)]).toEqual([[1], [1, 2]]);
  });

  it("comes close to the end of a power law once it has seen others like it", () => {
    const rng = rngFor(2);
    const others = Array.from({ length: 12 }, () => ({ curve: powerLaw(rng.next() / 2, 0.5), to: EPOCHS }));
    const curve = powerLaw(0.2, 0.5);
    const { mean, deviation } = forecastLast([...others, { curve, to: 9 }]);
    expect(Math.abs(mean - curve(EPOCHS))).toBeLessThan(0.02);
    expect(Math.abs(mean - curve(EPOCHS))).toBeLessThan(3 * deviation + 0.02);
    expect(mean).toBeLessThan(curve(9) - 0.1);
  });

  it("finds at least four ends in five within two deviations when gains are noisy", () => {
    const rng = rngFor(3);
    const noisy = (): ((epoch: number) => number) => {
      const values = [1];
      for (let epoch = 2; epoch <= EPOCHS; epoch++) {
        values.push(values.at(-1)! - (0.3 / epoch ** 1.5) * 2 * rng.next());
      }
      return (epoch) => values[epoch - 1]!;
    };
    const others = Array.from({ length: 30 }, () => ({ curve: noisy(), to: EPOCHS }));
    const held = Array.from({ length: 100 }, () => {
      const curve = noisy();
      const { mean, deviation } = forecastLast([...others, { curve, to: 6 }]);
      return Math.abs(curve(EPOCHS) - mean) <= 2 * deviation;
    });
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(80);
  });

  it("expects nothing of a plateau, nor of a curve that broke off", () => {
    const others = Array.from({ length: 5 }, () => ({ curve: () => 0.7, to: EPOCHS }));
    expect(forecastLast([...others, { curve: () => 0.7, to: 9 }])).toEqual({ mean: 0.7, deviation: 0 });
    const broken = (epoch: number): number | null => (epoch < 5 ? 1 / epoch : null);
    expect(forecastLast([...others, { curve: broken, to: 6 }])).toEqual({ mean: 0.25, deviation: 0 });
    const never = forecastLast([...others, { curve: () => null, to: 6 }]);
    expect(never).toEqual({ mean: Number.NaN, deviation: 0 });
  });

  it("is not disturbed by curves that explode", () => {
    const calm = Array.from({ length: 8 }, (_, i) => ({ curve: powerLaw(i / 20, 0.5), to: EPOCHS }));
    const exploding = { curve: (epoch: number) => (epoch === 1 ? 1e12 : 1e12 / epoch), to: EPOCHS };
    const asked = { curve: powerLaw(0.2, 0.5), to: 9 };
    const quiet = forecastLast([...calm, asked]);
    const loud = forecastLast([...calm, exploding, asked]);
    expect(Math.abs(loud.mean - quiet.mean)).toBeLessThan(0.05);
    expect(loud.deviation).toBeLessThan(0.2);
  });

  it("has a belief when no trial got further", () => {
    const { mean } = forecastLast([
      { curve: powerLaw(0.2, 0.5), to: 3 },
      { curve: powerLaw(0.3, 0.5), to: 3 },
    ]);
    expect(mean).toBeLessThan(powerLaw(0.3, 0.5)(3));
    expect(mean).toBeGreaterThan(0);
  });
});
