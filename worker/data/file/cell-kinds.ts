export type CellKind = "number" | "missing" | "infinite" | "text";

const finiteNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
export const commaNumber = /^[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?$/i;
const infiniteWord = /^[+-]?inf(?:inity)?$/i;
const missingWord = /^(?:|na|n\/a|nan|null|\?)$/i;

export function kindOf(text: string): CellKind {
  if (finiteNumber.test(text)) return Number.isFinite(Number(text)) ? "number" : "infinite";
  if (missingWord.test(text)) return "missing";
  return infiniteWord.test(text) ? "infinite" : "text";
}

/** 1,234 may be a little more than one or a good thousand. */
export const maybeThousand = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/** 1234.5 for 1,234.5; the text itself where the marks do not stand between thousands. */
export function withoutThousands(text: string, mark: string): string {
  const [whole = "", ...rest] = text.split(mark === "." ? "," : ".");
  const groups = whole.replace(/^[+-]/, "").split(mark);
  const right =
    groups.length > 1 && groups.every((group, i) => (i === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(group));
  if (!right || rest.length > 1) return text;
  return [whole.replaceAll(mark, ""), ...rest].join(mark === "." ? "," : ".");
}
