import type { DataSettings } from "../../protocol/data-settings.ts";
import { DataError, plural } from "../errors.ts";
import { columnOf, type Table } from "../file/table.ts";
import type { Pipeline } from "../inputs/pipeline.ts";

/** Are columns known in advance among the inputs? They are needed in rows where nothing else is known yet. */
export function looksAhead({ known_future: known, layout }: DataSettings): boolean {
  return layout === "series" && known.length > 0;
}

/** As training did, but with advice for people who have a model and no sweep to change. */
export function refuseMissing(table: Table, named: ReturnType<typeof inputColumns>): void {
  const { features, categorical, known_future: known, static: fixed } = named;
  const columns = [
    ...features.map((name) => columnOf(table, name, "features")),
    ...categorical.map((name) => columnOf(table, name, "categorical")),
    ...known.map((name) => columnOf(table, name, "known_future")),
    ...fixed.map((name) => columnOf(table, name, "static")),
  ];
  for (const { name, counts, first } of columns) {
    if (counts.missing === 0) continue;
    const line = table.lines[first.missing]!;
    const verb = counts.missing === 1 ? "is missing" : "are missing";
    throw new DataError(
      `${plural(counts.missing, "value")} of column "${name}" ${verb}, the first on line ${line}, and the model was trained on complete rows: fill them in or remove those rows, or train a model with \`missing\` set`,
      { line, column: name, setting: "missing" },
    );
  }
}

/** The columns of training, whatever else the new file holds. */
export function inputColumns({
  features,
  steps,
}: Pipeline): Pick<DataSettings, "categorical" | "known_future" | "static"> & { features: string[] } {
  const named = (kind: "numeric" | "level"): string[] => [
    ...new Set(features.flatMap((feature) => (feature.kind === kind ? [feature.column] : []))),
  ];
  const known = (isAhead: boolean): string[] => [
    ...new Set(
      features.flatMap((feature) =>
        feature.kind === "known" && feature.step > 0 === isAhead ? [feature.column] : [],
      ),
    ),
  ];
  return {
    features: steps ?? named("numeric"),
    categorical: named("level"),
    known_future: known(true),
    static: known(false),
  };
}
