import type { DataSummary } from "../../worker/data/summary.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";

/** Refuses lists of `class_weights`, fixed or searched, that do not have one weight for each class of the data. */
export function requireClassWeights(
  { space, model, data }: Pick<Sweep, "space" | "model" | "data">,
  { classes }: Pick<DataSummary, "classes">,
): void {
  if (classes.length === 0) return;
  const names =
    data.settings.task === "multilabel" && classes.length > 1
      ? classes.map(({ column }) => column)
      : classes[0]!.counts.map(({ name }) => name);
  const domain = space.parameters.find(({ name }) => name === "class_weights")?.domain;
  const values =
    domain?.kind === "categorical"
      ? domain.values
      : [domain?.kind === "constant" ? domain.value : model.class_weights];
  for (const value of values) {
    if (!Array.isArray(value) || value.length === names.length) continue;
    throw new UserError(
      `class_weights lists ${value.length} weights and the data has ${names.length} classes (${names.join(", ")}): give one weight for each, in this order`,
    );
  }
}
