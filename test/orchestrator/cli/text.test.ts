import * as fc from "fast-check";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { fold } from "../../../orchestrator/cli/text/fold.ts";
import { renderTable } from "../../../orchestrator/cli/text/table.ts";
import { clip, displayWidth, printable } from "../../../orchestrator/views/text-width.ts";

describe("width of a text", () => {
  it("counts two places for wide characters and none for marks", () => {
    expect(displayWidth("val_mse")).toBe(7);
    expect(displayWidth("温度")).toBe(4);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(displayWidth("–…×")).toBe(3);
  });

  it("clips to it, with a sign that something is missing", () => {
    expect(clip("learning_rate", 8)).toBe("learnin…");
    expect(clip("温度計", 4)).toBe("温…");
    expect(clip("short", 5)).toBe("short");
  });
});

it("the command line keeps texts of workers and files from steering the terminal", () => {
  expect(printable("a\u001b[31mb\nc\u202ed")).toBe("a\ufffd[31mb c\ufffdd");
});

describe("fold", () => {
  it("breaks between words and keeps what stands before and between them", () => {
    expect(fold("  study  has ended without a word", 16)).toEqual([
      "  study  has",
      "  ended without",
      "  a word",
    ]);
  });

  it("loses no word, and keeps to the width unless a word is longer", () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 14, max: 60 }), (words, width) => {
        const lines = fold(words.join(" "), width);
        expect(lines.map((line) => line.trim()).join(" ")).toBe(words.join(" "));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("table", () => {
  const cell = fc.record({ text: fc.string({ maxLength: 30 }) });
  const columns = [
    { head: "trial", align: "right" },
    { head: "outcome" },
    { head: "learning_rate", short: "lr", optional: true },
    { head: "optimizer", short: "opt", optional: true },
  ] as const;

  it("is never wider than the terminal, whatever the cells hold", () => {
    const row = fc.tuple(cell, cell, cell, cell);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 8, max: 120 }), (rows, width) => {
        const { lines } = renderTable(columns, rows, width, pc.createColors(false).bold);
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("shortens heads before it leaves a column out, from the right", () => {
    const rows = [["7", "complete", "0.01", "adam"].map((text) => ({ text }))];
    const plain = (text: string): string => text;
    expect(renderTable(columns, rows, 60, plain).lines[0]).toBe("trial  outcome   learning_rate  optimizer");
    expect(renderTable(columns, rows, 30, plain).lines[0]).toBe("trial  outcome   lr    opt");
    expect(renderTable(columns, rows, 22, plain)).toEqual({
      lines: ["trial  outcome   lr", "    7  complete  0.01"],
      dropped: ["optimizer"],
    });
  });
});
