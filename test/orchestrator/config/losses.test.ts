import { describe, expect, test } from "vitest";
import { parseStoredSweep, settingsFor } from "../../../orchestrator/config/sweep.ts";
import { errorsOf, sweepOf, warningsOf } from "./support.ts";

/** A small sweep of a task, with further lines. */
function sweep(task: string, ...more: readonly string[]): string {
  const parameters = more.some((line) => line.startsWith("parameters:"))
    ? []
    : ["parameters: {hidden: {value: 8}}"];
  const lines = [`data: {file: a.csv, targets: [y], task: ${task}}`, "budget: {trials: 1}"];
  return [...lines, ...parameters, ...more, ""].join("\n");
}

describe("the loss of a task", () => {
  test.each([
    ["regression", "mse"],
    ["binary", "binary_crossentropy"],
    ["multiclass", "categorical_crossentropy"],
    ["multilabel", "binary_crossentropy"],
  ])("is by default, for %s, %s", async (task, loss) => {
    const read = await sweepOf(sweep(task));
    expect(read.model.loss).toBe(loss);
    expect(settingsFor(read, {})).toMatchObject({ ok: true, settings: { model: { loss } } });
  });

  test.each([
    ["regression", "categorical_crossentropy", "which predicts numbers", "mse, mae, huber, quantile"],
    ["regression", "binary_crossentropy", "which predicts numbers", "mse, mae, huber, quantile"],
    ["binary", "mse", "which predicts one probability", "binary_crossentropy"],
    ["binary", "categorical_crossentropy", "which predicts one probability", "binary_crossentropy"],
    ["multiclass", "huber", "which predicts probabilities that add up to 1", "categorical_crossentropy"],
    [
      "multiclass",
      "binary_crossentropy",
      "which predicts probabilities that add up to 1",
      "categorical_crossentropy",
    ],
    [
      "multilabel",
      "categorical_crossentropy",
      "which predicts a probability for each label",
      "binary_crossentropy",
    ],
  ])("is, for %s, never %s", async (task, loss, why, allowed) => {
    const [first = "", , , last = ""] = (await errorsOf(sweep(task, `model: {loss: ${loss}}`))).split("\n");
    expect(first).toBe(`sweep.yaml:4:15: model.loss: ${loss} is not a loss of task ${task}, ${why}`);
    expect(last).toBe(`  allowed: ${allowed}`);
  });

  test("is looked at for each value that is searched", async () => {
    const searched = "parameters: {loss: {values: [mae, binary_crossentropy, huber]}}";
    const errors = await errorsOf(sweep("regression", searched));
    expect(errors).toContain(
      "parameters.loss.values[1]: binary_crossentropy is not a loss of task regression",
    );
    expect(errors).not.toContain("values[0]");
    expect(errors).not.toContain("values[2]");
    const one = await errorsOf(sweep("binary", "parameters: {loss: {value: mae}}"));
    expect(one).toContain("parameters.loss.value: mae is not a loss of task binary");
  });

  test("decides whether settings have an effect", async () => {
    expect(await warningsOf(sweep("binary", "model: {class_weights: balanced}"))).toBe("");
    expect(await warningsOf(sweep("regression", "model: {class_weights: balanced}"))).toContain(
      "this has no effect: loss is mse",
    );
  });
});

test("a study recorded with another loss goes on with it", async () => {
  const read = await sweepOf(sweep("multiclass"));
  const stored: unknown = JSON.parse(JSON.stringify({ ...read, model: { ...read.model, loss: "mse" } }));
  const parsed = parseStoredSweep(stored);
  if (!parsed.ok) throw new Error(parsed.message);
  expect(settingsFor(parsed.sweep, {})).toMatchObject({ ok: true, settings: { model: { loss: "mse" } } });
});
