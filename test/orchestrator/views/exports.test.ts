import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { toCsv } from "../../../worker/data/file/write-csv.ts";
import { toMarkdownTable } from "../../../orchestrator/views/markdown.ts";

it("a leaderboard's export writes CSV that a CSV reader reads back", () => {
  const cell = fc.oneof(fc.integer(), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
      const read: unknown = parse(toCsv([["a", "b", "c"], ...rows]));
      const guarded = rows.map((row) =>
        row.map((each) =>
          typeof each === "string" && /^[=+\-@\t\r]/.test(each) && !/^[+-]?[\d.]+$/.test(each)
            ? `'${each}`
            : String(each),
        ),
      );
      expect(read).toEqual([["a", "b", "c"], ...guarded]);
    }),
  );
});

it("a leaderboard's export keeps spreadsheets from running a text, and leaves numbers alone", () => {
  expect(toCsv([["=HYPERLINK(1)", "@x", -0.5, null, 'say "no", twice']])).toBe(
    `'=HYPERLINK(1),'@x,-0.5,,"say ""no"", twice"\r\n`,
  );
});

it("a leaderboard's export leaves a name alone that is a plain number, which no spreadsheet runs", () => {
  expect(toCsv([["-1", "+2.5", "-1e-7", "-.5", "-1+1", "-x", "+", "-1 "]])).toBe(
    "-1,+2.5,-1e-7,-.5,'-1+1,'-x,'+,'-1 \r\n",
  );
});

it("a leaderboard's export writes Markdown whose cells show as they are", () => {
  expect(
    toMarkdownTable(
      ["val_mse", "a|b"],
      [
        ["*x*\ny", "[8, 4]"],
        ["_a_", "<b>`c`"],
      ],
    ),
  ).toBe(
    ["| val_mse | a\\|b |", "|---|---|", "| \\*x\\* y | \\[8, 4\\] |", "| \\_a\\_ | \\<b\\>\\`c\\` |"].join(
      "\n",
    ),
  );
});
