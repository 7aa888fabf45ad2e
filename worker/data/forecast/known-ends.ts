import type { DataSettings } from "../../protocol/data-settings.ts";
import { DataError, listed, plural } from "../errors.ts";
import { cellText, type Column } from "../file/columns.ts";
import { columnOf, type Table } from "../file/table.ts";
import { categoricalColumns, numericColumns } from "../split/feature-columns.ts";
import type { Arranged } from "../split/arrange.ts";
import { blockText } from "../split/series-split.ts";
import type { RowRange } from "../split/split.ts";

/**
 * Where the past of each series ends: after the last row with a target. The rows of the horizon follow, in which nothing but what
 * is known in advance need be filled in; up to there a series is complete, unless `missing` allows gaps.
 */
export function knownEnds({ table, blocks }: Arranged, settings: DataSettings): readonly number[] {
  const { targets, horizon, known_future: known, missing } = settings;
  const answers = targets.map((name) => columnOf(table, name, "targets"));
  return blocks.map((block) => {
    const end = lastAnswer(answers, block);
    const ahead = block.end - end;
    if (block.continues === true) return end;
    if (ahead < horizon) {
      throw new DataError(
        `${blockText(block)} has ${plural(ahead, "row")} after its last ${listed(targets)}, and the model needs ${listed(known)} in the ${horizon} rows that it predicts: add rows with ${listed(known)} filled in and ${listed(targets)} left empty`,
        { setting: "known_future" },
      );
    }
    const isComplete = missing === "error";
    requireFilled(table, known, { start: isComplete ? block.start : end, end: end + horizon });
    if (isComplete) requirePast(table, settings, { start: block.start, end });
    return end;
  });
}

/** The row after the last one of each series that has a target. */
export function answeredEnds({ table, blocks }: Arranged, { targets }: DataSettings): readonly number[] {
  const answers = targets.map((name) => columnOf(table, name, "targets"));
  return blocks.map((block) => lastAnswer(answers, block));
}

function lastAnswer(answers: readonly Column[], { start, end }: RowRange): number {
  let last = end;
  while (last > start && answers.every((column) => cellText(column, last - 1) === undefined)) last--;
  return last;
}

/** What is known in advance is there in the rows to be predicted, whatever `missing` allows before. */
function requireFilled(table: Table, names: readonly string[], { start, end }: RowRange): void {
  for (const name of names) {
    const { numbers } = columnOf(table, name, "known_future");
    const gap = numbers.subarray(start, end).findIndex(Number.isNaN);
    if (gap < 0) continue;
    const line = table.lines[start + gap]!;
    throw new DataError(
      `line ${line}, column "${name}", is empty: the model needs it there, because it is known in advance (\`known_future\`); fill it in`,
      { line, column: name, setting: "known_future" },
    );
  }
}

function requirePast(table: Table, settings: DataSettings, { start, end }: RowRange): void {
  const columns = [...numericColumns(table, settings), ...categoricalColumns(table, settings)];
  for (const column of columns) {
    for (let row = start; row < end; row++) {
      if (cellText(column, row) !== undefined) continue;
      const line = table.lines[row]!;
      throw new DataError(
        `line ${line}, column "${column.name}", is empty, and the model was trained on complete rows: fill it in, or train a model with \`missing\` set`,
        { line, column: column.name, setting: "missing" },
      );
    }
  }
}
