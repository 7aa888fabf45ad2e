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
  settings: DataSettings,
): FittedInputs {
  const { window, normalise } = settings;
  const rows = fittedRows(trained, settings);
  const room = new Float64Array(rows.length * (window - 1));
  const warnings = [...fitted.warnings];
  const features = fitted.features.map((feature, f): FittedFeature => {
    if (feature.kind !== "numeric") return feature;
    const { scale } = fitScaler(normalise, levels.allButLast(f, rows, window, room));
    if (feature.scale > 0 && scale === 0) warnings.push(constantWarning(feature.column));
    return { ...feature, scale: feature.scale * scale };
  });
  return { ...fitted, features, warnings };
}

/** The warnings that `fitChanges` would add, without fitting: it ends at the first two changes that differ. */
export function constantChanges(
  levels: Inputs,
  trained: Int32Array,
  { features }: FittedInputs,
  settings: DataSettings,
): readonly string[] {
  const rows = fittedRows(trained, settings);
  if (settings.normalise === "none") return [];
  return features.flatMap((feature, f) =>
    feature.kind === "numeric" && feature.scale > 0 && !levels.changeDiffers(f, rows, settings.window)
      ? [constantWarning(feature.column)]
      : [],
  );
}

/** The windows that scales are fitted on. */
function fittedRows(trained: Int32Array, { window }: DataSettings): Int32Array {
  if (window < 2) {
    throw new DataError(
      "`inputs: change` measures from the window's last row, and a window of 1 has no other: set `window` to 2 or more, or `inputs` to value",
      { setting: "window" },
    );
  }
  const every = Math.ceil((trained.length * window) / mostFitted);
  return trained.filter((_, i) => i % every === 0);
}

function constantWarning(column: string): string {
  return `column "${column}" never changes within a training window: with \`inputs: change\` it is always 0`;
}
