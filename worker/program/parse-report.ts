/** One line of JSON as a program's report. */
export interface ParsedReport {
  /** `undefined`: not said. */
  readonly epoch: number | undefined;
  readonly metrics: Readonly<Record<string, number>>;
  /** Keys whose values are no numbers. */
  readonly others: readonly string[];
}

/** More than any report has. */
const mostMetrics = 200;
const longestName = 60;

/** Python's `json.dumps` writes NaN and infinities as these words, which JSON does not have. Strings are left alone. */
const words = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity|nan|inf)\b/g;
const mark = "\u0001number:";

/** `null`: the line is no JSON object. */
export function parseReport(line: string): ParsedReport | null {
  const text = line.trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return null;
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const metrics: Record<string, number> = {};
  const others: string[] = [];
  let epoch: number | undefined;
  for (const [name, given] of Object.entries(value).slice(0, mostMetrics)) {
    const number = toNumber(given);
    if (name === "epoch") epoch = number;
    else if (number === undefined || name.length > longestName) others.push(name.slice(0, longestName));
    else metrics[name] = number;
  }
  return { epoch, metrics, others };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      const marked = text.replace(words, (word) => (word.startsWith('"') ? word : `"\\u0001number:${word}"`));
      return JSON.parse(marked);
    } catch {
      return undefined;
    }
  }
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !value.startsWith(mark)) return undefined;
  const word = value.slice(mark.length).toLowerCase();
  if (word === "nan" || word === "-nan") return Number.NaN;
  return word.startsWith("-") ? -Infinity : Infinity;
}
