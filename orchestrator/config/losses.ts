import type { Task } from "../../worker/protocol/data-settings.ts";
import { lossesOf } from "../../worker/protocol/model-settings.ts";
import type { DraftParameter } from "./parameters.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";

interface Fixed {
  readonly data: Sweep["data"]["settings"];
  readonly model: Sweep["model"];
}

const predictedBy = {
  regression: "numbers",
  binary: "one probability",
  multiclass: "probabilities that add up to 1",
  multilabel: "a probability for each label",
} as const satisfies Readonly<Record<Task, string>>;

/** Reports every loss, fixed or searched, that the task has no place for. */
export function checkLosses(report: Report, { data, model }: Fixed, drafts: readonly DraftParameter[]): void {
  const { task = "regression" } = data;
  const possible: readonly unknown[] = lossesOf[task];
  for (const [loss, path] of lossesIn(model, drafts)) {
    if (possible.includes(loss)) continue;
    report.error({
      path,
      message: `${String(loss)} is not a loss of task ${task}, which predicts ${predictedBy[task]}`,
      allowed: possible.join(", "),
    });
  }
}

/** Each with its place in the file. A range of losses has been reported already. */
function lossesIn(
  model: Sweep["model"],
  drafts: readonly DraftParameter[],
): [loss: unknown, path: KeyPath][] {
  const domain = drafts.find(({ name }) => name === "loss")?.domain;
  const path = ["parameters", "loss"];
  if (domain?.kind === "constant") return [[domain.value, [...path, "value"]]];
  if (domain?.kind === "categorical")
    return domain.values.map((value, index) => [value, [...path, "values", index]]);
  return [[model.loss, ["model", "loss"]]];
}
