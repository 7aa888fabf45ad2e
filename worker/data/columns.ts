/** One column of a file, typed by looking at its cells. */
export interface Column {
  readonly name: string;
  /** [rows], NaN where the cell is missing or not a finite number. */
  readonly numbers: Float64Array;
  /** [rows] as text, "" where missing; only when some cell is text. */
  readonly texts: readonly string[] | undefined;
  readonly counts: Readonly<Record<CellKind, number>>;
  /** First row (from 0) that holds such a cell, -1 when none does. */
  readonly first: Readonly<Record<CellKind, number>>;
}

export type CellKind = "number" | "missing" | "infinite" | "text";

const finiteNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infiniteWord = /^[+-]?inf(?:inity)?$/i;
const missingWord = /^(?:|na|n\/a|nan|null|\?)$/i;

function kindOf(text: string): CellKind {
  if (finiteNumber.test(text)) return Number.isFinite(Number(text)) ? "number" : "infinite";
  if (missingWord.test(text)) return "missing";
  return infiniteWord.test(text) ? "infinite" : "text";
}

/** Collects the cells of one column in file order. */
export class ColumnBuilder {
  private readonly name: string;
  private numbers = new Float64Array(1024);
  private texts: string[] | undefined;
  private rows = 0;
  private readonly counts = { number: 0, missing: 0, infinite: 0, text: 0 };
  private readonly first = { number: -1, missing: -1, infinite: -1, text: -1 };

  constructor(name: string) {
    this.name = name;
  }

  push(cell: string): void {
    const text = cell.trim();
    const kind = kindOf(text);
    if (this.counts[kind]++ === 0) this.first[kind] = this.rows;
    if (kind === "text") this.texts ??= this.textsSoFar();
    this.texts?.push(kind === "missing" ? "" : text);
    if (this.rows === this.numbers.length) this.grow();
    this.numbers[this.rows++] = kind === "number" ? Number(text) : Number.NaN;
  }

  finish(): Column {
    const { name, texts, counts, first } = this;
    return { name, numbers: this.numbers.slice(0, this.rows), texts, counts, first };
  }

  /** Most columns are numbers throughout, so texts are kept only from the first text on; earlier ones are rebuilt. */
  private textsSoFar(): string[] {
    return Array.from(this.numbers.subarray(0, this.rows), (value) =>
      Number.isNaN(value) ? "" : `${value}`,
    );
  }

  private grow(): void {
    const larger = new Float64Array(this.numbers.length * 2);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

/** Numbers with at most a stray text cell among them. */
export function looksNumeric(column: Column): boolean {
  const { number, infinite, text } = column.counts;
  return number + infinite > text;
}

/** The cell as people wrote it, near enough; undefined when missing. */
export function cellText(column: Column, row: number): string | undefined {
  const text = column.texts?.[row];
  if (text !== undefined) return text === "" ? undefined : text;
  const value = column.numbers[row]!;
  return Number.isNaN(value) ? undefined : `${value}`;
}

/** The same column with its rows in another order, or only some of them. `rows` are old row numbers. */
export function takeRows(column: Column, rows: Int32Array): Column {
  const { texts, numbers } = column;
  return {
    ...column,
    numbers: Float64Array.from(rows, (row) => numbers[row]!),
    texts: texts && Array.from(rows, (row) => texts[row]!),
  };
}
