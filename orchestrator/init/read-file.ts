import { DataError, listed } from "../../worker/data/errors.ts";
import { isDisguised } from "../../worker/data/checks/disguised-columns.ts";
import { findSentinels, whereabouts, type Sentinel } from "../../worker/data/checks/sentinels.ts";
import { cellText, looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import { columnOf, readTable, rowsOf, type Table } from "../../worker/data/file/table.ts";
import { fileSettingsShape, readingOf } from "../../worker/protocol/file-settings.ts";
import { parse } from "yaml";
import { z } from "zod";
import { findTime } from "./find-time.ts";

/** What was taken for granted, in a sentence without a full stop; people should look at it. */
export interface Assumption {
  /** The setting it became; a comment beside it says why. */
  readonly setting: string;
  readonly sentence: string;
}

const fileSettings = z.strictObject(fileSettingsShape).partial();
export type FoundSettings = z.infer<typeof fileSettings>;

/** Settings of a file, at most, that are found one after another. */
const mostSettings = 6;

/**
 * Does something with settings of how the file is written, and where an error names the setting that mends it, takes that and
 * tries again: the errors know best. Throws the `DataError` that names none.
 */
export function withAdvice<T>(
  given: FoundSettings,
  attempt: (settings: FoundSettings) => T,
): { readonly result: T; readonly settings: FoundSettings; readonly assumptions: readonly Assumption[] } {
  let settings = given;
  const assumptions: Assumption[] = [];
  for (;;) {
    try {
      return { result: attempt(settings), settings, assumptions };
    } catch (error) {
      if (!(error instanceof DataError) || assumptions.length >= mostSettings) throw error;
      const advised = adviceOf(error.message, settings);
      if (advised === null) throw error;
      settings = { ...settings, ...advised.settings };
      assumptions.push({ setting: advised.name, sentence: error.message });
    }
  }
}

/** The first setting that a sentence proposes and that is not taken yet: `header: 3`. */
function adviceOf(
  message: string,
  have: FoundSettings,
): { readonly name: string; readonly settings: FoundSettings } | null {
  for (const [, name = "", value = ""] of message.matchAll(/`(\w+): ([^`]+)`/g)) {
    if (!(name in fileSettingsShape) || name in have) continue;
    const read = fileSettings.safeParse({ [name]: valueOf(value) });
    if (read.success) return { name, settings: read.data };
  }
  if (/set `duplicates` to first, last or mean/.test(message) && have.duplicates === undefined) {
    return { name: "duplicates", settings: { duplicates: "mean" } };
  }
  return null;
}

function valueOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

/** Marks of decimals and thousands that files have where numbers look like text. */
const marks: readonly FoundSettings[] = [
  { decimal: "," },
  { decimal: ",", thousands: "." },
  { thousands: "," },
  { decimal: ",", thousands: " " },
  { thousands: " " },
  { thousands: "'" },
];

/** What was found of a file. */
interface Found {
  readonly table: Table;
  readonly settings: FoundSettings;
  readonly assumptions: readonly Assumption[];
}

/** The table of a file, by settings that are found where they are needed. Throws `DataError`. */
export function readFound(bytes: Uint8Array): Found {
  const read = (settings: FoundSettings): Table => readTable(bytes, readingOf(settings));
  const { result: table, settings, assumptions } = withAdvice({}, read);
  const rows = withoutTotal({ table, settings, assumptions }, read);
  return withMissingValues(withMarks(rows, read), read);
}

/** Without the last row, where that has a word in place of a time: a total. */
function withoutTotal(found: Found, read: (settings: FoundSettings) => Table): Found {
  const { table, settings, assumptions } = found;
  const some = table.rows > 1 && table.columns.some((column) => totalIn(column, table.rows) !== undefined);
  if (settings.skip_footer !== undefined || !some) return found;
  const above = Int32Array.from({ length: table.rows - 1 }, (_, row) => row);
  const [time] = findTime(rowsOf(table, above));
  const word = time === undefined ? undefined : totalIn(columnOf(table, time, "time"), table.rows);
  if (word === undefined) return found;
  const mended = { ...settings, skip_footer: 1 };
  const sentence = `line ${table.lines.at(-1)!} is probably a total: it holds ${JSON.stringify(word)} where all rows above have a time`;
  return {
    table: read(mended),
    settings: mended,
    assumptions: [...assumptions, { setting: "skip_footer", sentence }],
  };
}

/** The word in the last row of a column that has digits in all others. */
function totalIn(column: Column, rows: number): string | undefined {
  const last = cellText(column, rows - 1);
  if (last === undefined || /\d/.test(last)) return undefined;
  for (let row = 0; row < rows - 1; row++) if (!/\d/.test(cellText(column, row) ?? "")) return undefined;
  return last;
}

function withMarks(found: Found, read: (settings: FoundSettings) => Table): Found {
  const { table, settings, assumptions } = found;
  const disguised = table.columns.find((column) => isDisguised(column, table.rows));
  if (disguised === undefined) return found;
  const units = unitsIn(table);
  const stripped: readonly FoundSettings[] =
    units.length === 0 || units.length > mostUnits
      ? []
      : [{}, ...marks].map((mark) => ({ ...mark, strip: units }));
  const best = [...marks, ...stripped]
    .filter((mark) => Object.keys(mark).every((name) => !(name in settings)))
    .map((mark) => ({ mark, table: read({ ...settings, ...mark }) }))
    .reduce((a, b) => (numericCount(b.table) > numericCount(a.table) ? b : a), { mark: {}, table });
  const sentence = `column "${disguised.name}" and others like it are numbers only so`;
  const names = Object.keys(best.mark);
  return {
    table: best.table,
    settings: { ...settings, ...best.mark },
    assumptions: [...assumptions, ...names.map((setting) => ({ setting, sentence }))],
  };
}

/** Units, at most, that are left out. */
const mostUnits = 10;

/** Signs and units beside the numbers of columns that have one of them each: kg and g in a column are no one unit. */
function unitsIn(table: Table): string[] {
  const found = table.columns.flatMap((column) => {
    if (!isDisguised(column, table.rows)) return [];
    const units = new Set<string>();
    for (let row = 0; row < table.rows && units.size < 2; row++) {
      const [, before = "", after = ""] = besideNumber.exec(cellText(column, row) ?? "") ?? [];
      if (before + after !== "") units.add(before || after);
    }
    return units.size === 1 ? [...units] : [];
  });
  return [...new Set(found)];
}

/** `€` and nothing of "-€1.037,50", nothing and `%` of "12 %". */
const besideNumber = /^[+-]?\s*([^\d\s.,+-]*)\s*[+-]?\d[\d.,' ]*?\s*([^\d\s.,'].*?)?$/;

/** Codes that people write where a value is missing: below all others, or nines. A repeated 100 far above others may be real. */
function isCode({ value, others }: Sentinel): boolean {
  return (value < 0 && value < others[0]) || /^9+$/.test(String(value));
}

/** Words of a column of numbers that stand for no number: "n.a.", "-". None where a text may be a mistyped number. */
function wordsIn(table: Table): readonly { readonly column: string; readonly words: readonly string[] }[] {
  return table.columns.flatMap((column) => {
    if (!looksNumeric(column) || column.counts.text === 0) return [];
    const words = new Set<string>();
    for (let row = 0; row < table.rows; row++) {
      if (Number.isNaN(column.numbers[row])) words.add(cellText(column, row) ?? "");
    }
    words.delete("");
    const isPlain = words.size <= mostSettings && ![...words].some((word) => /\d/.test(word));
    return isPlain ? [{ column: column.name, words: [...words] }] : [];
  });
}

function withMissingValues(found: Found, read: (settings: FoundSettings) => Table): Found {
  const { table, settings, assumptions } = found;
  const sentinels = findSentinels(table.columns.filter(looksNumeric)).filter(isCode);
  const codes = [...new Set(sentinels.map(({ value }) => value))];
  const columns = wordsIn(table);
  const words = [...new Set(columns.flatMap((one) => one.words))];
  if (codes.length + words.length === 0) return found;
  const mended = { ...settings, missing_values: [...codes, ...words] };
  const sentences = [
    ...codes.map((code) => whereabouts(table, sentinels, code)),
    ...columns.map((one) => `${listed(one.words)} stands among the numbers of column "${one.column}"`),
  ];
  return {
    table: read(mended),
    settings: mended,
    assumptions: [...assumptions, ...sentences.map((sentence) => ({ setting: "missing_values", sentence }))],
  };
}

function numericCount({ columns }: Table): number {
  return columns.filter((column) => column.counts.number > 0 && column.counts.text === 0).length;
}
