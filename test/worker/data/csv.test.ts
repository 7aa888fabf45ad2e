import { describe, expect, it } from "vitest";
import { cellText } from "../../../worker/data/file/columns.ts";
import { readCsv } from "../../../worker/data/file/csv.ts";
import { maxRecordBytes } from "../../../worker/data/file/csv-scanner.ts";
import { bytes, count, dataError } from "./helpers.ts";

describe("reading a CSV file", () => {
  it("reads quoted names, blank lines, a byte order mark and Windows line ends, and keeps line numbers", () => {
    const content = readCsv(bytes('\ufeff"the time",value\r\n2020-01-01,1\r\n\r\n"2020-01-02",2.5\r\n'));
    expect(content.columns.map(({ name }) => name)).toEqual(["the time", "value"]);
    expect(Array.from(content.columns[1]!.numbers)).toEqual([1, 2.5]);
    expect(Array.from(content.lines)).toEqual([2, 4]);
  });

  it("counts the lines of a value that spans several", () => {
    expect(Array.from(readCsv(bytes('a,b\n"x\ny",1\nz,2\n')).lines)).toEqual([3, 4]);
  });

  it("takes semicolons or tabs for separators when the header uses them", () => {
    for (const separator of [";", "\t"]) {
      const content = readCsv(bytes(`a${separator}"b,c"\n1${separator}2\n`));
      expect(content.columns.map(({ name }) => name)).toEqual(["a", "b,c"]);
    }
  });

  it("reads line ends of several kinds in one file, and keeps line numbers", () => {
    const content = readCsv(bytes("a,b\r\n1,2\n3,4\r5,6\n\r\n7,8\r\n"));
    expect(Array.from(content.columns[0]!.numbers)).toEqual([1, 3, 5, 7]);
    expect(Array.from(content.lines)).toEqual([2, 3, 4, 6]);
    expect(dataError(() => readCsv(bytes("a,b\r\n1,2\n3\n"))).line).toBe(3);
  });

  it.each(["sep=;\r\n", "\ufeffsep=;\n", '"sep=;"\r\n'])(
    "takes the separator from a first line %j",
    (said) => {
      const content = readCsv(bytes(`${said}a;b,c\n1;2\n3;4\n`));
      expect(content.columns.map(({ name }) => name)).toEqual(["a", "b,c"]);
      expect(Array.from(content.lines)).toEqual([3, 4]);
    },
  );

  it("reads UTF-16 with a byte order mark, and refuses other bytes that are not UTF-8, naming the line", () => {
    const text = "\ufefftime;Größe\n1;2,5\n";
    const content = readCsv(Buffer.from(text, "utf16le"));
    expect(content.columns.map(({ name }) => name)).toEqual(["time", "Größe"]);
    expect(content.columns[1]!.numbers[0]).toBe(2.5);
    const error = dataError(() => readCsv(Buffer.from("a,b\n1,x\n2,Größe\n", "latin1")));
    expect(error.message).toMatch(/^line 3 is not UTF-8.*save the file as "CSV UTF-8"$/);
    expect(error.line).toBe(3);
  });

  it("names a column without a name by its place", () => {
    expect(readCsv(bytes(",a\n0,1\n")).columns.map(({ name }) => name)).toEqual(["column 1", "a"]);
  });

  it.each([
    ["", "the file is empty"],
    ["\n\n", "only blank lines"],
    ["a,b\n", "a header but no rows"],
    ["a,b\n1,2\n3\n", "line 3 has 1 value where the header names 2 columns"],
    ["a,b\n1,2,3\n", "line 2 has 3 values"],
    ["a,a\n1,2\n", 'names "a" twice'],
    ["1,2\n3,4\n", "line 1 holds numbers only"],
    ['a,b\n1,"2\n3,4\n', "quote opened on line 2"],
    ['a,b\n1,x"2"\n', "line 2 has a quote in the middle"],
    ["PK\u0003\u0004\u0000\u0000", "not text"],
  ])("refuses %j in a sentence", (text, sentence) => {
    expect(dataError(() => readCsv(bytes(text))).message).toContain(sentence);
  });

  it("carries the line of a ragged row", () => {
    expect(dataError(() => readCsv(bytes("a,b\n1,2\n\n3\n"))).line).toBe(4);
  });

  it("refuses a line of 200 MB without taking it in", () => {
    const line = Buffer.alloc(200 * 2 ** 20, "7,");
    line.write("a,b\n");
    const before = process.memoryUsage().arrayBuffers;
    const error = dataError(() => readCsv(line));
    expect(error.message).toContain("line 2 is longer than 4 MiB");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * maxRecordBytes);
  });

  it("refuses a quote that swallows the rest of a large file, naming the line it opens on", () => {
    const text = `a,b\n1,2\n"3,4\n${"5,6\n".repeat(2_000_000)}`;
    expect(dataError(() => readCsv(bytes(text))).line).toBe(3);
  });
});

describe("typing columns by looking", () => {
  it("distinguishes numbers, missing values, infinite values and text", () => {
    const text = 'a\n1\n NA \n""\nNaN\nnull\n?\ninf\n1e999\nabc\n-2.5e-3\n.5\n0x10\n';
    const [column] = readCsv(bytes(text)).columns;
    expect(column!.counts).toEqual({ number: 3, missing: 5, infinite: 2, text: 2 });
    expect(column!.first).toEqual({ number: 0, missing: 1, infinite: 6, text: 8 });
    expect(column!.numbers[9]).toBe(-0.0025);
  });

  it("gives the texts of a column that turns to text late", () => {
    const [column] = readCsv(bytes("a\n1\nNA\nSE\n2\n")).columns;
    expect(count(4).map((row) => cellText(column!, row))).toEqual(["1", undefined, "SE", "2"]);
  });
});

describe("decimal commas", () => {
  const column = (text: string) => readCsv(bytes(text)).columns[0]!;

  it("are read where commas do not separate cells", () => {
    for (const separator of [";", "\t"]) {
      const read = column(`a${separator}b\n0,5${separator}x\n-1,25e2${separator}x\n3${separator}x\n`);
      expect(Array.from(read.numbers)).toEqual([0.5, -125, 3]);
      expect(read.counts).toMatchObject({ number: 3, text: 0 });
    }
    expect(column('a,b\n"0,5",x\n').counts).toMatchObject({ number: 0, text: 1 });
  });

  it("are not guessed where each may separate thousands, or where points are decimal", () => {
    const thousands = column("a;b\n12;x\n1,234;x\n-56,789;x\n");
    expect(thousands.counts).toEqual({ number: 1, missing: 0, infinite: 0, text: 2 });
    expect(thousands.first).toMatchObject({ number: 0, text: 1 });
    expect(column("a;b\n1,234;x\n1,5;x\n").counts.number).toBe(2);
    expect(column("a;b\n0,234;x\n1,234;x\n").counts.number).toBe(2);
    const points = column("a;b\n1,5;x\n2.5;x\n");
    expect(points.counts).toMatchObject({ number: 1, text: 1 });
    expect(points.first).toMatchObject({ number: 1, text: 0 });
    expect(cellText(points, 0)).toBe("1,5");
  });
});

describe("numbers", () => {
  const read = (cells: readonly string[], separator = ",") => {
    const rows = cells.map((cell) => `${cell}${separator}x\n`).join("");
    return readCsv(bytes(`a${separator}b\n${rows}`), { delimiter: separator }).columns[0]!;
  };

  it("of every length, with the point at every place, are the nearest double, and are written as they were", () => {
    const digits = "9876543210123456789";
    const cells = count(19).flatMap((length) =>
      count(length + 2).flatMap((point) => {
        const text = digits.slice(0, length + 1);
        const cell = point > length ? text : `${text.slice(0, point)}.${text.slice(point)}`;
        return [cell, `-${cell}`];
      }),
    );
    const column = read(cells);
    expect(Array.from(column.numbers)).toEqual(cells.map(Number));
    const short = cells.flatMap((cell, row) => (cell.length <= 15 ? [{ cell, row }] : []));
    expect(short.map(({ row }) => cellText(column, row))).toEqual(short.map(({ cell }) => cell));
  });

  it("end where the separator stands, also where that might be a part of them", () => {
    for (const separator of ["-", ".", "5", " "])
      expect(Array.from(read(["1", "12", "0"], separator).numbers)).toEqual([1, 12, 0]);
    const tabbed = readCsv(bytes("a b\n1.5\t 2\n-3 \t4.25"), { delimiter: " " }).columns;
    expect(tabbed.map(({ numbers }) => Array.from(numbers))).toEqual([
      [1.5, -3],
      [2, 4.25],
    ]);
  });

  it("are no numbers with anything else in the cell", () => {
    const texts = ["1-2", "--1", "1.2.3", "-", ".", "-.", "1 2", "5x"];
    expect(read(texts).counts).toMatchObject({ number: 0, text: texts.length });
  });

  it("of far more rows than the first lines let expect are all read", () => {
    const long = count(300).map((row) => `${row}.${"0".repeat(400)}1,x`);
    const short = count(200_000).map((row) => `${row},`);
    const { columns, lines, rows } = readCsv(bytes(`a,b\n${[...long, ...short].join("\n")}\n`));
    expect(rows).toBe(200_300);
    expect(columns[0]!.numbers[200_299]).toBe(199_999);
    expect(columns[1]!.counts).toMatchObject({ text: 300, missing: 200_000 });
    expect(lines[200_299]).toBe(200_301);
  });
});
