import { describe, expect, it } from "vitest";
import { judgeEnd, type EndFacts } from "../../../worker/program/judge-end.ts";

const said = { epoch: 3, values: 3, finite: 3, names: ["val_loss"] };
const silent = { epoch: 0, values: 0, finite: 0, names: [] };

function end(more: Partial<EndFacts>): ReturnType<typeof judgeEnd> {
  return judgeEnd({
    exit: { code: 0, signal: null },
    asked: null,
    reports: said,
    metric: "val_loss",
    further: [],
    epochs: 3,
    pauses: false,
    from: 0,
    lines: [],
    ...more,
  });
}

const exit = (code: number | null, signal: NodeJS.Signals | null = null): Pick<EndFacts, "exit"> => ({
  exit: { code, signal },
});

describe("a program that ends by itself", () => {
  it("with 0 has completed its trial, or waits where the trial is to wait", () => {
    expect(end({})).toEqual({ kind: "complete" });
    expect(end({ epochs: 5 })).toEqual({ kind: "complete" });
    expect(end({ pauses: true })).toEqual({ kind: "paused", epoch: 3 });
    expect(end({ pauses: true, epochs: 5 })).toEqual({ kind: "complete" });
  });

  it("with 0 and without the metric has failed, with what it reported", () => {
    const words = (reports: EndFacts["reports"]): unknown => end({ reports });
    expect(words({ ...silent, names: ["loss", "acc"] })).toMatchObject({
      kind: "failed",
      failure: "program",
      message: "it said nothing about val_loss; it said: loss, acc",
    });
    expect(words(silent)).toMatchObject({
      message: expect.stringContaining("it said nothing about val_loss, nor"),
    });
    expect(words({ ...silent, names: ["val_loss"] })).toMatchObject({
      message: "it said val_loss, but never as a number",
    });
  });

  it("with 0 and without a further metric has failed, too; an attempt that went on may have said it before", () => {
    const further = ["size", "latency"];
    const reports = { ...said, names: ["val_loss", "size"] };
    const message = "it said nothing about latency; it said: val_loss, size";
    expect(end({ further, reports })).toEqual({ kind: "failed", failure: "program", message });
    expect(end({ further, reports, pauses: true })).toMatchObject({ kind: "failed" });
    expect(end({ further, reports, from: 1 })).toEqual({ kind: "complete" });
    expect(end({ further, reports: { ...said, names: ["val_loss", ...further] } })).toEqual({
      kind: "complete",
    });
  });

  it("with 0 and no finite value has diverged", () => {
    expect(end({ reports: { ...said, finite: 0 } })).toMatchObject({ kind: "diverged", epoch: 3 });
  });

  it("with 75 hands the trial back", () => {
    expect(end(exit(75))).toEqual({ kind: "handed_back", epoch: 3 });
  });

  it("with anything else has failed, with its last lines", () => {
    const lines = ["Traceback", '  File "train.py"', "", "ValueError: no such column"];
    expect(end({ ...exit(1), lines })).toEqual({
      kind: "failed",
      failure: "program",
      message: 'exit code 1: Traceback | File "train.py" | ValueError: no such column',
    });
    expect(end(exit(null, "SIGSEGV"))).toMatchObject({ message: "ended by SIGSEGV, without a word" });
  });

  it.each([
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
    "MemoryError",
    "terminate called after throwing an instance of 'std::bad_alloc'",
    "RESOURCE_EXHAUSTED: Out of memory while trying to allocate",
  ])("for want of memory is recognised by %j", (line) => {
    expect(end({ ...exit(1), lines: ["epoch 1", line, "bye"] })).toEqual({
      kind: "failed",
      failure: "out_of_memory",
      message: line,
    });
  });

  it("killed by the system is taken for want of memory", () => {
    expect(end(exit(null, "SIGKILL"))).toMatchObject({ failure: "out_of_memory" });
    expect(end(exit(137))).toMatchObject({ failure: "out_of_memory" });
  });
});

describe("a program that was asked to end", () => {
  it("has stopped or paused, however it ended", () => {
    expect(end({ asked: { kind: "stop" }, epochs: 9, ...exit(0) })).toEqual({ kind: "stopped" });
    expect(end({ asked: { kind: "stop" }, epochs: 9, ...exit(null, "SIGKILL") })).toEqual({
      kind: "stopped",
    });
    expect(end({ asked: { kind: "pause" }, epochs: 9, ...exit(143) })).toEqual({ kind: "paused", epoch: 3 });
    expect(end({ asked: { kind: "hand_back" }, epochs: 9 })).toEqual({ kind: "handed_back", epoch: 3 });
  });

  it("and was done already has completed its trial", () => {
    expect(end({ asked: { kind: "pause" } })).toEqual({ kind: "complete" });
  });

  it("for it took too long has failed", () => {
    expect(end({ asked: { kind: "timeout", afterMs: 7_200_000 } })).toMatchObject({
      message: "it took longer than its timeout, 2 h",
    });
    expect(end({ asked: { kind: "timeout", afterMs: 90_000 } })).toMatchObject({
      message: "it took longer than its timeout, 90 s",
    });
  });

  it("for it trained on beyond the trial has failed; beyond a pause it is paused", () => {
    const asked = { kind: "beyond", epoch: 4 } as const;
    expect(end({ asked })).toMatchObject({
      message:
        "it reported epoch 4, and a trial has 3 epochs: set budget.epochs to what it trains, or let it end at SEQTUNE_EPOCHS",
    });
    expect(end({ asked, pauses: true })).toEqual({ kind: "paused", epoch: 3 });
  });
});
