import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Column, Row } from "./columns.ts";

export interface TableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The id of a column, with `-` before it for falling. */
  readonly sort: string;
  readonly onSort: (by: string) => void;
  readonly hrefOf: (trial: number) => string;
  /** Also marks the running ones. */
  readonly onRow: (trial: number) => void;
}

const rowHeight = 30;
/** Rows above and below those in sight. */
const spare = 12;

/** A table of any length: only the rows in sight are there, so twenty thousand scroll like twenty. */
export function TrialTable(props: TableProps): JSX.Element {
  const { label, columns, rows } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    setHeight(holder.current!.clientHeight);
    const observer = new ResizeObserver(() => setHeight(holder.current?.clientHeight ?? 600));
    observer.observe(holder.current!);
    return () => {
      observer.disconnect();
    };
  }, []);
  const first = Math.max(0, Math.min(rows.length, Math.floor(top / rowHeight)) - spare);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + spare);
  return (
    <div
      class="scroll tall"
      ref={holder}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <table class="trials" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 ? <Gap rows={first} columns={columns.length} /> : null}
          {rows.slice(first, last).map((row, i) => (
            <Line key={row.trial.number} row={row} index={first + i} {...props} />
          ))}
          {last < rows.length ? <Gap rows={rows.length - last} columns={columns.length} /> : null}
        </tbody>
      </table>
    </div>
  );
}

function Gap({ rows, columns }: { readonly rows: number; readonly columns: number }): JSX.Element {
  return (
    <tr aria-hidden="true" class="gap" style={{ height: `${rows * rowHeight}px` }}>
      <td colSpan={columns} />
    </tr>
  );
}

function Heading({ column, sort, onSort }: TableProps & { readonly column: Column }): JSX.Element {
  const { id, label, isNumber } = column;
  const isBy = sort === id || sort === `-${id}`;
  const direction = !isBy ? "none" : sort.startsWith("-") ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={direction} class={isNumber ? "number" : ""}>
      <button type="button" onClick={() => onSort(sort === id ? `-${id}` : id)}>
        <bdi>{label}</bdi>
        <span aria-hidden="true">{direction === "none" ? "" : direction === "ascending" ? " ▲" : " ▼"}</span>
      </button>
    </th>
  );
}

function Line({
  row,
  index,
  columns,
  hrefOf,
  onRow,
}: TableProps & { readonly row: Row; readonly index: number }): JSX.Element {
  const { trial } = row;
  return (
    <tr aria-rowindex={index + 2} class={trial.state} onClick={() => onRow(trial.number)}>
      {columns.map((column) => (
        <td class={column.isNumber ? "number" : ""}>
          {column.id === ":number" ? (
            <a href={hrefOf(trial.number)}>{trial.number}</a>
          ) : column.id === ":outcome" ? (
            <span class={`outcome ${trial.state}`}>{column.text(row)}</span>
          ) : (
            <bdi>{column.text(row)}</bdi>
          )}
        </td>
      ))}
    </tr>
  );
}
