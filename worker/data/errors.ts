/** Where in the data, or in the sweep file, the cause lies. */
export interface DataErrorPlace {
  /** Line of the CSV file, the header being line 1. */
  readonly line?: number | undefined;
  /** Name of the column. */
  readonly column?: string | undefined;
  /** The data setting that would have to change: `window`, `split`, ... */
  readonly setting?: string | undefined;
}

/** The data cannot be used as the settings ask. The message is one sentence that ends in what to do. */
export class DataError extends Error {
  override readonly name = "DataError";
  readonly line: number | undefined;
  readonly column: string | undefined;
  readonly setting: string | undefined;

  constructor(message: string, place: DataErrorPlace = {}) {
    super(message);
    this.line = place.line;
    this.column = place.column;
    this.setting = place.setting;
  }
}

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `"a", "b" and 3 more`: a list short enough for a sentence. */
export function listed(names: readonly string[], limit = 12): string {
  return firstOf(
    names.map((name) => JSON.stringify(shortened(name))),
    limit,
  );
}

/** `a, b and 3 more`. */
export function firstOf(texts: readonly string[], limit: number): string {
  const shown = texts.slice(0, limit).join(", ");
  const rest = texts.length - limit;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** What is no name may be very long. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
