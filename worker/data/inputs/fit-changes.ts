import type { DataSettings } from "../../protocol/data-settings.ts";
import { DataError } from "../errors.ts";
import type { FittedInputs } from "./fit-features.ts";
import type { Inputs } from "./inputs.ts";
import type { FittedFeature } from "./pipeline.ts";
import { fitScaler } from "./scale.ts";

/** Numbers of a column, at most, that a scale is fitted on; more hardly move it. */
const mostFitted = 1e6;

/**
 * Scales numeric inputs again for `inputs: change`: within a window values lie closer together than in the whole
 * file, so changes in units of the file's deviation would be small. The new unit is the deviation (or range, by
 * `normalise`) of the changes in the training windows; a change of 0 stays 0. `levels` are inputs by `fitted`,
 * `trained` the first rows after the training windows.
 */
export function fitChanges(
  levels: Inputs,
  trained: Int32Array,
  fitted: FittedInputs,
  { window, normalise }: DataSettings,
): FittedInputs {
  if (window < 2) {
    throw new DataError(
      "`inputs: change` measures from the window's last row, and a window of 1 has no other: set `window` to 2 or more, or `inputs` to value",
      { setting: "window" },
    );
  }
  const every = Math.ceil((trained.length * window) / mostFitted);
  const rows = trained.filter((_, i) => i % every === 0);
  const room = new Float64Array(rows.length * (window - 1));
  const warnings = [...fitted.warnings];
  const features = fitted.features.map((feature, f): FittedFeature => {
    if (feature.kind !== "numeric") return feature;
    const { scale } = fitScaler(normalise, levels.allButLast(f, rows, window, room));
    if (feature.scale > 0 && scale === 0) {
      warnings.push(
        `column "${feature.column}" never changes within a training window: with \`inputs: change\` it is always 0`,
      );
    }
    return { ...feature, scale: feature.scale * scale };
  });
  return { features, warnings };
}
