import type { Plot, PlotTable } from "../views/plots/plot.ts";
import { escape } from "../views/plots/svg/markup.ts";
import { renderSvg } from "../views/plots/svg/render.ts";
import { figure } from "../views/numbers.ts";
import { unbroken } from "../views/sentence.ts";

/** Rows of a table, at most: a page to mail stays small. */
const mostRows = 500;

export interface FigureOptions {
  /** Unique in the page. */
  readonly id: string;
  /** Heading of the level: 1 for a page that is one plot, 2 in a report. */
  readonly level: 1 | 2;
  readonly width?: number;
}

/** A plot in a page: heading, sentence, picture, and the same data as a table that opens. */
export function plotFigure(plot: Plot, { id, level, width = 860 }: FigureOptions): string {
  const heading = `<h${level}>${escape(plot.heading)}</h${level}>`;
  const sentence = `<p class="says">${escape(unbroken(plot.sentence))}</p>`;
  if (plot.panels.length === 0) return `<section>${heading}${sentence}</section>`;
  const pictures = picturesOf(plot, id, width);
  const table = `<details><summary>as table</summary>${tableHtml(plot.table)}</details>`;
  return `<section>${heading}${sentence}${pictures}${table}</section>`;
}

/** Letters of a picture that is drawn a second time for a phone, at most: a page to mail stays small. */
const mostTwice = 300_000;
const phoneWidth = 350;

/** As wide as a page, and as a phone: which is shown is up to the page's style. */
function picturesOf(plot: Plot, id: string, width: number): string {
  const wide = renderSvg(plot, { words: false, id, width });
  if (wide.length > mostTwice) return `<div class="picture">${wide}</div>`;
  const narrow = renderSvg(plot, { words: false, id: `${id}-narrow`, width: phoneWidth });
  return `<div class="picture wide">${wide}</div><div class="picture narrow">${narrow}</div>`;
}

export function tableHtml({ columns, rows }: PlotTable): string {
  const shown = rows.slice(0, mostRows);
  const more = rows.length - shown.length;
  const head = columns.map((name) => `<th scope="col">${escape(name)}</th>`).join("");
  const body = shown.map((row) => `<tr>${row.map(cellHtml).join("")}</tr>`).join("");
  const note = more > 0 ? `<p class="says">${more} more rows: seqtune export writes them all.</p>` : "";
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${note}`;
}

function cellHtml(cell: string | number | null): string {
  if (cell === null) return "<td></td>";
  if (typeof cell === "string") return `<td>${escape(cell)}</td>`;
  return `<td class="n">${Number.isInteger(cell) ? String(cell) : figure(cell)}</td>`;
}
