import { describe, expect, it } from "vitest";
import { LineCutter } from "../../../worker/program/lines.ts";
import { TailLog } from "../../../worker/program/log.ts";
import { parseReport } from "../../../worker/program/parse-report.ts";
import { Reports, type ReportsOptions } from "../../../worker/program/reports.ts";

function linesOf(...chunks: readonly (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const cutter = new LineCutter((line) => lines.push(line));
  for (const chunk of chunks) cutter.push(Buffer.from(chunk));
  cutter.end();
  return lines;
}

describe("a program's output", () => {
  it("is cut into lines wherever the chunks end, with either line end, and a last line without one", () => {
    expect(linesOf("a\nb", "c\r\nd\n", "e")).toEqual(["a", "bc", "d", "e"]);
    expect(linesOf("", "\n\n")).toEqual(["", ""]);
  });

  it("keeps the last state of a progress bar", () => {
    expect(linesOf("10%\r20%\r", "100%\ndone\n")).toEqual(["100%", "done"]);
    expect(linesOf(`${"x".repeat(200_000)}\r50%`, "\r99%\n")).toEqual(["99%"]);
  });

  it("keeps characters whole that two chunks share", () => {
    const bytes = Buffer.from("zwölf\n");
    expect(linesOf(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(["zwölf"]);
  });

  it("is bounded where no line ends", () => {
    const lines = linesOf(...Array.from({ length: 100 }, () => "x".repeat(100_000)), "\nnext\n");
    expect(lines.map(({ length }) => length)).toEqual([64 * 1024, 4]);
  });
});

describe("a program's log", () => {
  it("has the last 200 lines", () => {
    const log = new TailLog();
    for (let n = 0; n < 1234; n++) log.add(`line ${n}`);
    expect(log.lines()).toEqual(Array.from({ length: 200 }, (_, n) => `line ${1034 + n}`));
  });

  it("shows no control characters, and no line in full that is very long", () => {
    const log = new TailLog();
    log.add("\u001b[31mred\u001b[0m \u001b]0;title\u0007and\u0000 plain\u009b2J");
    log.add("y".repeat(10_000));
    expect(log.lines()).toEqual(["red and plain", `${"y".repeat(499)}…`]);
  });

  it("is bounded in all, by leaving the oldest out", () => {
    const log = new TailLog();
    for (let n = 0; n < 200; n++) log.add(`${n} ${"z".repeat(480)}`);
    const lines = log.lines();
    expect(lines.join("\n").length).toBeLessThanOrEqual(48 * 1024);
    expect(lines.at(-1)).toMatch(/^199 /);
  });
});

describe("a report", () => {
  it.each([
    ['{"epoch": 3, "val_loss": 0.21}', { epoch: 3, metrics: { val_loss: 0.21 }, others: [] }],
    ['  {"a": 1e-5}  ', { epoch: undefined, metrics: { a: 1e-5 }, others: [] }],
    [
      '{"a": NaN, "b": -Infinity, "c": Infinity}',
      { metrics: { a: Number.NaN, b: -Infinity, c: Infinity }, others: [] },
    ],
    ['{"said": "NaN", "a": nan, "b": inf}', { metrics: { a: Number.NaN, b: Infinity }, others: ["said"] }],
    ['{"a": "0.5", "b": null, "c": [1], "d": true}', { metrics: {}, others: ["a", "b", "c", "d"] }],
    ['{"quote\\" NaN": NaN}', { metrics: { 'quote" NaN': Number.NaN }, others: [] }],
  ])("is read from %s", (line, expected) => {
    expect(parseReport(line)).toEqual({ epoch: undefined, ...expected });
  });

  it.each(["", "epoch 3", '{"a": 1', "[1, 2]", "{a: 1}", '{"a": }', "{}}", "null"])(
    "is not read from %j",
    (line) => {
      expect(parseReport(line)).toBeNull();
    },
  );
});

function reports(more: Partial<ReportsOptions> = {}) {
  const sent: [epoch: number, metrics: object][] = [];
  const beyond: number[] = [];
  const keeper = new Reports({
    metric: "val_loss",
    from: 0,
    epochs: 10,
    reported: 0,
    onReport: (epoch, metrics) => sent.push([epoch, { ...metrics }]),
    onBeyond: (epoch) => beyond.push(epoch),
    ...more,
  });
  const say = (...lines: readonly string[]): void => {
    for (const line of lines) keeper.add(parseReport(line)!);
  };
  return { keeper, sent, beyond, say };
}

describe("reports", () => {
  it("count epochs where the program does not", () => {
    const { sent, say } = reports();
    say('{"val_loss": 3}', '{"val_loss": 2}');
    expect(sent).toEqual([
      [1, { val_loss: 3 }],
      [2, { val_loss: 2 }],
    ]);
  });

  it("go together for one epoch, and wait for the metric", () => {
    const { sent, say } = reports();
    say('{"epoch": 1, "loss": 3}', '{"epoch": 1, "val_loss": 2}', '{"epoch": 2, "loss": 1}');
    expect(sent).toEqual([[1, { loss: 3, val_loss: 2 }]]);
  });

  it("of an epoch that comes twice or backwards are named", () => {
    const { keeper, sent, say } = reports();
    say('{"epoch": 2, "val_loss": 3}', '{"epoch": 2, "val_loss": 4}', '{"epoch": 1, "val_loss": 5}');
    say('{"epoch": 0.5, "val_loss": 5}');
    expect(sent).toEqual([[2, { val_loss: 3 }]]);
    expect(keeper.notes).toEqual([
      "epoch 2 was reported twice; the first report counts",
      "epoch 1 was reported after epoch 2; it is left out",
      "a report of epoch 0.5 is left out: epochs are 1, 2, 3, …",
    ]);
  });

  it("name the first oddities and count the others", () => {
    const { keeper, say } = reports();
    say('{"epoch": 1, "val_loss": 3}');
    for (let n = 0; n < 1000; n++) say('{"epoch": 1, "val_loss": 3}');
    expect(keeper.notes).toHaveLength(21);
    expect(keeper.notes.at(-1)).toBe("980 more of this kind");
  });

  it("beyond the last epoch are reported", () => {
    const { beyond, sent, say } = reports({ epochs: 1 });
    say('{"epoch": 1, "val_loss": 3}', '{"epoch": 2, "val_loss": 3}');
    expect(sent).toHaveLength(1);
    expect(beyond).toEqual([2]);
  });

  it("that an earlier attempt has made are not sent again", () => {
    const { keeper, sent, say } = reports({ reported: 2 });
    say('{"epoch": 1, "val_loss": 3}', '{"epoch": 2, "val_loss": 2}', '{"epoch": 3, "val_loss": 1}');
    expect(sent).toEqual([[3, { val_loss: 1 }]]);
    expect(keeper.notes).toEqual([]);
  });

  it("carry numbers that are not finite", () => {
    const { keeper, sent, say } = reports();
    say('{"val_loss": NaN}');
    expect(sent).toEqual([[1, { val_loss: "NaN" }]]);
    expect(keeper.finite).toBe(0);
  });
});
