import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Column } from "../file/columns.ts";
import { listed } from "../errors.ts";
import { helperColumns } from "../split/feature-columns.ts";
import { emptyError, type Table } from "../file/table.ts";

/**
 * What is to be said of columns that are empty in every row. One named as a category is refused with a DataError (one
 * named as a number is when its numbers are read); those that `features: numeric` passes over give one warning: that something is missing may not be known.
 */
export function emptyColumnWarnings(table: Table, settings: DataSettings): readonly string[] {
  const empty = table.columns.filter(isEmpty).map(({ name }) => name);
  const { features, categorical, targets } = settings;
  const refused = categorical.find((name) => empty.includes(name));
  if (refused !== undefined) throw emptyError(refused, "categorical");
  if (features !== "numeric") return [];
  const others = new Set([...helperColumns(settings), ...targets]);
  const passed = empty.filter((name) => !others.has(name));
  if (passed.length === 0) return [];
  const [what, are, them] =
    passed.length === 1
      ? ["column", "has no value in any row and is", "it"]
      : ["columns", "have no value in any row and are", "them"];
  return [
    `${what} ${listed(passed)} ${are} left out of the inputs: fill ${them}, remove ${them} from the file, or name the input columns in \`features\``,
  ];
}

/** Not one cell has a value. */
export function isEmpty({ counts }: Column): boolean {
  return counts.number + counts.infinite + counts.text === 0;
}
