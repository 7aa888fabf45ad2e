import { parse } from "csv-parse/sync";
import { rngFor, type Rng } from "../../../search/random.ts";
import { cellText } from "../../../worker/data/file/columns.ts";
import { DataError } from "../../../worker/data/errors.ts";
import { readCsv } from "../../../worker/data/file/csv.ts";

/** Valid files: separators, quotes, line ends, numbers as people write them. */
const files = [
  'time,load,kind\n2020-01-01,1.5,"a, b"\n2020-01-02,-0.25,"say ""x"""\n2020-01-03,1e-3,c\n',
  "t;x;y\r\n1;0,5;01\r\n2;1,25;1.50\r\n3;;007\r\n",
  '\ufeff"a"\t"b"\n12345678901234567890\t0.1234567890123456789\n-0\t+5\n.5\t5.\n',
  'a,b\n"two\nlines",1\n\n NA ,1000000000000000\nInf,0.30000000000000004\n',
];

const scraps = [
  "",
  ",",
  ";",
  "\t",
  "\n",
  "\r",
  '"',
  '""',
  "0",
  "9",
  "-",
  ".",
  "e",
  " ",
  "é",
  "\u{1F600}",
  "NA",
  "1,5",
  "|",
];

function mutant(rng: Rng): string {
  let text = files[rng.int(files.length)]!;
  for (let change = 1 + rng.int(4); change > 0; change--) {
    const at = rng.int(text.length + 1);
    const length = rng.int(4);
    text = text.slice(0, at) + scraps[rng.int(scraps.length)]! + text.slice(at + length);
  }
  return text;
}

/** What the row kernel looks at in one go; 0: files as small as these are read without it. */
const chunks = [0, 16, 64];

/**
 * Reads `count` mutants of valid files. Each must be refused in a sentence, or read cell for cell as csv-parse reads it, a
 * number being the one that JavaScript makes of its text. Returns what was found otherwise, and how many were read.
 */
export function readMutants(
  seed: number,
  count: number,
): { readonly faults: string[]; readonly read: number } {
  const rng = rngFor(seed, "csv mutants");
  const faults: string[] = [];
  let read = 0;
  for (let i = 0; i < count; i++) {
    const text = mutant(rng);
    const fault = faultOf(text, chunks[i % chunks.length]!);
    if (fault === null) read++;
    else if (fault !== "refused") faults.push(`${JSON.stringify(text)}: ${fault}`);
  }
  return { faults, read };
}

function faultOf(text: string, chunk: number): string | null {
  let table;
  try {
    table = readCsv(new TextEncoder().encode(text), {}, chunk);
  } catch (error) {
    if (error instanceof DataError && !error.message.includes("\n")) return "refused";
    return String(error);
  }
  const rows = referenceRows(text, table.columns.length);
  if (rows === undefined) return "csv-parse refuses it";
  if (rows.length !== table.rows) return `${table.rows} rows, csv-parse reads ${rows.length}`;
  for (const [c, column] of table.columns.entries()) {
    for (const [r, cells] of rows.entries()) {
      const fault = cellFault(cells[c]!.trim(), cellText(column, r), column.numbers[r]!);
      if (fault !== null) return `row ${r + 1} of column ${c + 1} ${fault}`;
    }
  }
  return null;
}

const missing = /^(?:|na|n\/a|nan|null|\?)$/i;

function cellFault(written: string, found: string | undefined, value: number): string | null {
  if (missing.test(written)) return found === undefined ? null : `is missing, and ${found} was found`;
  if (found === undefined) return `is ${written}, and nothing was found`;
  const number = Number(written.replace(",", "."));
  if (!Number.isNaN(value) && !Object.is(value, number)) return `is ${written}, and ${value} was found`;
  // Of a long fraction the value is name enough.
  if (found !== written && !(found === `${value}` && value === number))
    return `is ${written}, and ${found} was found`;
  return null;
}

function referenceRows(text: string, width: number): string[][] | undefined {
  for (const delimiter of [",", ";", "\t", "|"]) {
    try {
      const [, ...rows] = parse(text, {
        bom: true,
        delimiter,
        record_delimiter: ["\r\n", "\n", "\r"],
        skip_empty_lines: true,
        relax_column_count: true,
      });
      const cells = rows.map((row) =>
        row.length === width + 1 && row.at(-1) === "" ? row.slice(0, -1) : row,
      );
      if (cells.every((row) => row.length === width)) return cells;
    } catch {
      // another delimiter, perhaps
    }
  }
  return undefined;
}
