import type { Plot, PlotTable } from "../views/plots/plot.ts";
import { escape } from "../views/plots/svg/markup.ts";
import { renderSvg } from "../views/plots/svg/render.ts";
import { figure } from "../views/numbers.ts";

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
  const sentence = `<p class="says">${escape(plot.sentence)}</p>`;
  if (plot.panels.length === 0) return `<section>${heading}${sentence}</section>`;
  const picture = renderSvg(plot, { words: false, id, width });
  const table = `<details><summary>as table</summary>${tableHtml(plot.table)}</details>`;
  return `<section>${heading}${sentence}<div class="picture">${picture}</div>${table}</section>`;
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
