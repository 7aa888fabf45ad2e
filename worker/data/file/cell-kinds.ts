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

/** -5 and € of "-€5", "-5 €" and "€ -5": the text without the first of the marks that it begins or ends with. */
export function withoutMark(
  text: string,
  marks: readonly string[],
): { readonly mark?: string; readonly number: string } {
  const [, sign = "", rest = ""] = /^([+-]?)\s*(.*)$/s.exec(text)!;
  const mark = marks.find((each) => rest.startsWith(each) || rest.endsWith(each));
  if (mark === undefined) return { number: text };
  const number = rest.startsWith(mark) ? rest.slice(mark.length) : rest.slice(0, -mark.length);
  return { mark, number: sign + number.trim() };
}
