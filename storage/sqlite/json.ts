/** Text for a JSON column. `undefined` becomes null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** The value of a JSON column: what `toJson` was given. */
export function fromJson(text: string): unknown {
  return JSON.parse(text);
}

/** As `toJson` for a (nested) map of numbers: those that JSON lacks become the words "NaN", "Infinity", "-Infinity". */
export function numbersToJson(map: NumberMap): string {
  return JSON.stringify(map, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}

/** What `numbersToJson` was given. All leaves are numbers, so every string is one of the three words. */
export function numbersFromJson(text: string): unknown {
  if (!/(NaN|Infinity)"/.test(text)) return fromJson(text);
  return JSON.parse(text, (_key, value: unknown) => (typeof value === "string" ? Number(value) : value));
}

type NumberMap =
  | Readonly<Record<string, number>>
  | Readonly<Record<string, Readonly<Record<string, number>>>>;
