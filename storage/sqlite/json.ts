/** Text for a JSON column. `undefined` becomes null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** As `toJson` for a (nested) map of numbers: those that JSON lacks become the words "NaN", "Infinity", "-Infinity". */
export function numbersToJson(map: NumberMap): string {
  if (isPlain(map)) return JSON.stringify(map); // nearly all, and ten times as fast
  return JSON.stringify(map, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}

function isPlain(map: NumberMap): boolean {
  for (const name in map) if (!Number.isFinite(map[name])) return false;
  return true;
}

type NumberMap =
  | Readonly<Record<string, number>>
  | Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A JSON column holds something that was never written there: the file is damaged, or was edited by hand. */
export class DamagedColumn extends Error {
  constructor(column: string, cause?: unknown) {
    super(`column ${column} holds a value that seqtune does not write there`, { cause });
    this.name = "DamagedColumn";
  }
}

export type Check<T> = (value: unknown) => value is T;

/** The value of the JSON column `column` ("table.column"). Throws `DamagedColumn` unless it passes `check`. */
export function fromJson<T>(text: string, column: string, check: Check<T>): T {
  return checked(parse(text, column), column, check);
}

/** What `numbersToJson` was given. Throws `DamagedColumn` unless it passes `check`. */
export function numbersFromJson<T>(text: string, column: string, check: Check<T>): T {
  const value = /(NaN|Infinity)"/.test(text) ? parse(text, column, toNumber) : parse(text, column);
  return checked(value, column, check);
}

const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Infinity,
  "-Infinity": -Infinity,
};

function toNumber(_key: string, value: unknown): unknown {
  return typeof value === "string" ? (words[value] ?? value) : value;
}

function parse(text: string, column: string, revive?: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, revive);
  } catch (error) {
    throw new DamagedColumn(column, error);
  }
}

function checked<T>(value: unknown, column: string, check: Check<T>): T {
  if (check(value)) return value;
  throw new DamagedColumn(column);
}
