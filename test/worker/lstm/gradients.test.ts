import { describe, expect, it } from "vitest";
import type { Loss } from "../../../worker/lstm/losses.ts";
import { MachineShop } from "../../../worker/lstm/machine.ts";
import { type Case, byNative, byShop, type Computer, difference, problem } from "./networks.ts";
import { eachNative } from "./natives.ts";
import { numericGradient, referenceLoss } from "./reference.ts";

const plain = byShop(new MachineShop("plain"));
const computers: Record<string, Computer> = { plain, best: byShop(new MachineShop()) };
eachNative((library) => {
  computers[library.target] = byNative(library);
});
const mse: Loss = { kind: "mse" };

/** Loss and every weight's gradient against the double-precision network, differentiated numerically. */
function expectAgreement(wanted: Case, loss: Loss): void {
  const given = problem(wanted);
  const weights = Float64Array.from(given.weights);
  const expected = referenceLoss(given.shape, weights, given.batch, loss);
  const gradient = numericGradient(given.shape, weights, given.batch, loss);
  for (const [name, compute] of Object.entries(computers)) {
    const found = compute(given, loss);
    expect(Math.abs(found.loss / expected - 1), name).toBeLessThan(1e-5);
    expect(difference(found.gradient, gradient), name).toBeLessThan(2e-6);
  }
}

describe("gradients agree with finite differences in double precision", () => {
  const bodies: Omit<Case, "cell">[] = [
    { hidden: [2, 5, 3], bidirectional: false, samples: 2 },
    { hidden: [2, 3], bidirectional: true, lengths: true },
    { hidden: [5, 3], bidirectional: false, dropout: true },
    { hidden: [3, 5], bidirectional: false, recurrentDropout: true },
    { hidden: [2, 3], bidirectional: true, dropout: true, recurrentDropout: true, lengths: true },
  ];
  const cells = ["lstm", "gru", "rnn"] as const;
  it.each<Case>([
    { cell: "lstm", hidden: [4], bidirectional: false },
    { cell: "lstm", hidden: [1], bidirectional: false, features: 1, outputs: 1, samples: 1 },
    { cell: "lstm", hidden: [6], bidirectional: false, window: 1, samples: 9 },
    { cell: "lstm", hidden: [2, 3], bidirectional: true },
    { cell: "lstm", hidden: [5, 2], bidirectional: false, lengths: true },
    ...cells.flatMap((cell) => bodies.map((body) => ({ cell, ...body }))),
  ])("%o", (wanted) => expectAgreement(wanted, mse));

  it.each([{ lengths: false }, { lengths: true }])("of the linear model: %o", ({ lengths }) =>
    expectAgreement({ cell: "lstm", hidden: [], bidirectional: false, lengths, samples: 7 }, mse),
  );

  const weights = { positive: Float32Array.of(2, 0.5, 1), negative: Float32Array.of(1, 3, 0.2) };
  it.each<Loss>([
    { kind: "mae" },
    { kind: "huber", delta: 0.4 },
    {
      kind: "quantile",
      weights: { positive: Float32Array.of(0.1, 0.5, 0.9), negative: Float32Array.of(0.9, 0.5, 0.1) },
    },
    { kind: "binary_crossentropy", weights: null },
    { kind: "binary_crossentropy", weights },
    { kind: "categorical_crossentropy", weights: null },
    { kind: "categorical_crossentropy", weights },
  ])("of %o", (loss) =>
    expectAgreement({ cell: "lstm", hidden: [4], bidirectional: false, outputs: 3 }, loss),
  );
});

describe("large products", () => {
  const shapes: Case[] = [
    { cell: "lstm", hidden: [36, 20], bidirectional: false },
    { cell: "lstm", hidden: [33], bidirectional: true },
    { cell: "gru", hidden: [40, 21], bidirectional: false },
    { cell: "rnn", hidden: [64, 50], bidirectional: true },
    { cell: "lstm", hidden: [], bidirectional: false },
    { cell: "lstm", hidden: [200], bidirectional: false },
  ];
  const sizes = { features: 9, window: 6, samples: 70, outputs: 3 };

  it.each(shapes)("give the same on all kernels: %o", (shape) => {
    const given = problem({ ...shape, ...sizes });
    const expected = plain(given, mse);
    for (const [name, compute] of Object.entries(computers)) {
      const found = compute(given, mse);
      expect(difference(found.gradient, expected.gradient), name).toBeLessThan(1e-5);
      expect(Math.abs(found.loss / expected.loss - 1), name).toBeLessThan(1e-5);
    }
  });

  it.each(shapes)("of a batch taken in pieces add up to those of the whole: %o", (shape) => {
    const given = problem({ ...shape, ...sizes, lengths: true, dropout: true, recurrentDropout: true });
    for (const [name, compute] of Object.entries(computers)) {
      const whole = compute(given, mse, 70);
      const pieces = compute(given, mse, 33);
      expect(difference(pieces.gradient, whole.gradient), name).toBeLessThan(1e-5);
      expect(Math.abs(pieces.loss / whole.loss - 1), name).toBeLessThan(1e-5);
    }
  });
});

describe("odd sizes", () => {
  const hidden = [1, 3, 17, 257];
  const cells = ["lstm", "gru", "rnn"] as const;
  const cases = cells.flatMap((cell) =>
    hidden.flatMap((units): Case[] => [
      { cell, hidden: [units], bidirectional: true, samples: 1, window: 2 },
      { cell, hidden: [units, 5], bidirectional: true, samples: 13, window: 1, lengths: true, dropout: true },
      { cell, hidden: [3, units], bidirectional: false, samples: 7, features: 1, recurrentDropout: true },
    ]),
  );

  it.each(cases)("give the same on all kernels: %o", (shape) => {
    const given = problem({ outputs: 1, ...shape });
    const expected = plain(given, mse);
    for (const [name, compute] of Object.entries(computers)) {
      const found = compute(given, mse);
      expect(difference(found.gradient, expected.gradient), name).toBeLessThan(1e-5);
    }
  });
});
