import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { figure } from "../../../orchestrator/views/numbers.ts";
import type { Cell, Plot } from "../../../orchestrator/views/plots/plot.ts";
import { saveText } from "../save.ts";

/** Rows that are shown; the file has them all. */
const most = 300;

/** What a plot shows, to read and to take away. */
export function PlotTableView({ id, plot }: { readonly id: string; readonly plot: Plot }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        as table<span class="hidden">: {plot.heading}</span>
      </summary>
      {isOpen ? <Rows id={id} plot={plot} /> : null}
    </details>
  );
}

function Rows({ id, plot }: { readonly id: string; readonly plot: Plot }): JSX.Element {
  const { columns, rows } = plot.table;
  return (
    <>
      <p class="says">
        {rows.length > most ? `The first ${most} of ${rows.length} rows. ` : ""}
        <button
          type="button"
          class="link"
          onClick={() => saveText(`${plot.kind}.csv`, csvOf(plot), "text/csv")}
        >
          save as CSV
        </button>
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${plot.heading}, as table`}>
        <table class="plain" id={`${id}-table`}>
          <thead>
            <tr>
              {columns.map((name) => (
                <th scope="col">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row) => (
              <tr>
                {row.map((cell) => (
                  <td class={typeof cell === "number" ? "number" : ""}>{cellText(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "string" || Number.isInteger(cell) ? String(cell) : figure(cell);
}

function csvOf({ table: { columns, rows } }: Plot): string {
  const quoted = (cell: Cell): string => {
    const text = cell === null ? "" : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}
