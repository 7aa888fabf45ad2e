import { describe, expect, it } from "vitest";
import type { Loss } from "../../../worker/lstm/losses.ts";
import { MachineShop } from "../../../worker/lstm/machine.ts";
import { type Case, difference, lossAndGradient, problem } from "./networks.ts";
import { numericGradient, referenceLoss } from "./reference.ts";

const best = new MachineShop();
const plain = new MachineShop("plain", null);
const mse: Loss = { kind: "mse" };

/** Loss and every weight's gradient against the double-precision network, differentiated numerically. */
function expectAgreement(wanted: Case, loss: Loss): void {
  const given = problem(wanted);
  const weights = Float64Array.from(given.weights);
  const expected = referenceLoss(given.shape, weights, given.batch, loss);
  const gradient = numericGradient(given.shape, weights, given.batch, loss);
  for (const shop of [plain, best]) {
    const found = lossAndGradient(given, loss, shop);
    expect(Math.abs(found.loss / expected - 1)).toBeLessThan(1e-5);
    expect(difference(found.gradient, gradient)).toBeLessThan(2e-6);
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

  it.each(shapes)("give the same with and without OpenBLAS: %o", (shape) => {
    const given = problem({ ...shape, ...sizes });
    const ours = lossAndGradient(given, mse, plain);
    const theirs = lossAndGradient(given, mse, best);
    expect(difference(theirs.gradient, ours.gradient)).toBeLessThan(1e-5);
    expect(Math.abs(theirs.loss / ours.loss - 1)).toBeLessThan(1e-5);
  });

  it.each(shapes)("of a batch taken in pieces add up to those of the whole: %o", (shape) => {
    const given = problem({ ...shape, ...sizes, lengths: true, dropout: true, recurrentDropout: true });
    const whole = lossAndGradient(given, mse, best, 70);
    const pieces = lossAndGradient(given, mse, best, 33);
    expect(difference(pieces.gradient, whole.gradient)).toBeLessThan(1e-5);
    expect(Math.abs(pieces.loss / whole.loss - 1)).toBeLessThan(1e-5);
  });
});
