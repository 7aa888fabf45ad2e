import { escape } from "../views/plots/svg/markup.ts";
import { unbroken } from "../views/sentence.ts";

/** Markup that is safe: everything foreign in it went through `escape`. */
export type Html = string;

export function section(title: string, body: Html): Html {
  return `<section><h2>${escape(title)}</h2>${body}</section>`;
}

/** A paragraph that explains. */
export function says(words: string): Html {
  return `<p class="says">${escape(unbroken(words))}</p>`;
}

/** Names with what they are; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [name: string, value: string | null])[]): Html {
  const rows = pairs.map(([name, value]) =>
    value === null || value === "" ? "" : `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`,
  );
  return `<dl>${rows.join("")}</dl>`;
}

/** Text whose lines stay as they are. */
export function verbatim(text: string): Html {
  const lines = text.split("\n").map((line) => line.split("\t").map(escape).join("\t"));
  return `<pre>${lines.join("\n")}</pre>`;
}

export interface GridRow {
  readonly cells: readonly string[];
  /** `baseline`: set apart from trials. */
  readonly look?: "baseline";
}

export interface GridOptions {
  /** Columns by their place that stand to the right. */
  readonly numbers?: readonly number[];
  /** Columns whose words may take several lines. */
  readonly sentences?: readonly number[];
}

/** A table of texts. */
export function grid(
  heads: readonly string[],
  rows: readonly GridRow[],
  { numbers = [], sentences = [] }: GridOptions = {},
): Html {
  const look = (column: number): string =>
    numbers.includes(column) ? ' class="n"' : sentences.includes(column) ? ' class="long"' : "";
  const head = heads.map((name, column) => `<th scope="col"${look(column)}>${escape(name)}</th>`).join("");
  const body = rows.map(({ cells, look: rowLook }) => {
    const full = heads.map((_, column) => `<td${look(column)}>${escape(unbroken(cells[column] ?? ""))}</td>`);
    return `<tr${rowLook === undefined ? "" : ` class="${rowLook}"`}>${full.join("")}</tr>`;
  });
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
