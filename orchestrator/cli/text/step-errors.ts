import type { EvaluationRow } from "../../../storage/store.ts";
import type { StepErrors } from "../../../worker/protocol/evaluation-detail.ts";
import { knownStepErrors } from "../../verdict/known-intervals.ts";
import { figure } from "../../views/numbers.ts";
import { printable } from "../../views/text-width.ts";
import type { Io } from "../io.ts";
import { renderTable, type Cell } from "./table.ts";

/** Targets, at most, that are shown. */
const mostTargets = 3;

/** Steps, at most, that are shown of each. */
const mostSteps = 6;

/** A table for each target that is forecast several steps ahead: how far forecasts are off at some steps, first and last among them. */
export function stepErrorLines({ columns, colors }: Io, evaluation: EvaluationRow): readonly string[] {
  const errors = knownStepErrors([evaluation], evaluation.trial);
  return errors.slice(0, mostTargets).flatMap(({ target, model, baselines }) => {
    const steps = shownSteps(model.length);
    const row = (name: string, own: StepErrors["model"], style?: Cell["style"]): readonly Cell[] => [
      { text: name },
      ...steps.map((step): Cell => ({ text: figure(own[step - 1] ?? null), ...(style && { style }) })),
    ];
    const { lines } = renderTable(
      [
        { head: `RMSE of ${printable(target)} at step` },
        ...steps.map((step) => ({ head: String(step), align: "right" as const })),
      ],
      [
        row(`trial ${evaluation.trial}`, model, colors.bold),
        ...baselines.map(({ name, errors: own }) => row(name, own)),
      ],
      columns,
      colors.dim,
    );
    return [...lines, ""];
  });
}

/** Steps from 1 to `horizon`, evenly spread. */
function shownSteps(horizon: number): readonly number[] {
  const count = Math.min(horizon, mostSteps);
  return Array.from({ length: count }, (_, i) => Math.round(1 + (i * (horizon - 1)) / (count - 1)));
}
