/** A place in a sweep file, for people: lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** Characters to underline, at least 1. */
  readonly length: number;
  /** The whole line as it stands in the file. */
  readonly text: string;
}

/** One thing wrong with a sweep file (`error`), or one that is legal but probably not meant (`warning`). */
export interface SweepError {
  readonly severity: "error" | "warning";
  /** As the caller named it. */
  readonly file: string;
  /** Absent when the file as a whole is meant. */
  readonly place?: Place;
  /** Keys from the top, as `parameters.hidden.values[2]`; empty for the file as a whole. */
  readonly path: string;
  /** What was found, in one sentence. */
  readonly message: string;
  /** What could stand there instead. */
  readonly allowed?: string;
}

/** More of them help no reader. */
const maxShown = 50;

/** Text for a terminal: each error with its source line and a caret, an empty line between two. */
export function formatSweepErrors(errors: readonly SweepError[]): string {
  const shown = errors.slice(0, maxShown).map(formatOne);
  if (errors.length > maxShown) shown.push(`and ${errors.length - maxShown} more`);
  return shown.join("\n\n");
}

/** By place in the file, those about the whole file first. */
export function sortByPlace(errors: readonly SweepError[]): SweepError[] {
  const line = (error: SweepError): number => error.place?.line ?? 0;
  const column = (error: SweepError): number => error.place?.column ?? 0;
  return [...errors].sort((a, b) => line(a) - line(b) || column(a) - column(b));
}

function formatOne(error: SweepError): string {
  const { place } = error;
  const where = place === undefined ? error.file : `${error.file}:${place.line}:${place.column}`;
  const kind = error.severity === "warning" ? "warning: " : "";
  const path = error.path === "" ? "" : `${error.path}: `;
  const lines = [`${where}: ${kind}${path}${error.message}`];
  if (place !== undefined) lines.push(...excerpt(place));
  if (error.allowed !== undefined) lines.push(`  allowed: ${error.allowed}`);
  return lines.map(printable).join("\n");
}

const widest = 100;

/** The source line, cut to the part around the place when it is long, and the caret line under it. */
function excerpt(place: Place): string[] {
  const start = place.text.length <= widest ? 0 : Math.max(0, place.column - 1 - widest / 2);
  const text = place.text.slice(start, start + widest).replaceAll("\t", " ");
  const before = place.column - 1 - start + (start > 0 ? 1 : 0);
  const shown = `${start > 0 ? "…" : ""}${text}${start + widest < place.text.length ? "…" : ""}`;
  const carets = "^".repeat(Math.max(1, Math.min(place.length, shown.length - before)));
  const gutter = String(place.line);
  return [`  ${gutter} | ${shown}`, `  ${" ".repeat(gutter.length)} | ${" ".repeat(before)}${carets}`];
}

/** A file's control characters and direction marks must not steer the terminal. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, "\uFFFD");
}
