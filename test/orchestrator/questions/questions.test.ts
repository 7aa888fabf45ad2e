import { beforeEach, describe, expect, it } from "vitest";
import type { Answers } from "../../../orchestrator/questions/ask.ts";
import { asTrials, once, Questions } from "../../../orchestrator/questions/questions.ts";
import { DataError } from "../../../worker/data/errors.ts";
import type { AttemptEnd, WorkerMessage } from "../../../worker/protocol/messages.ts";
import { assignment } from "../../support/assignment.ts";
import { HandmadeBus } from "../../support/handmade-bus.ts";
import { memoryBlobs } from "../../support/memory-blobs.ts";
import { until } from "../../support/until.ts";

let bus: HandmadeBus;
let interrupt: AbortController;

beforeEach(() => {
  bus = new HandmadeBus(memoryBlobs());
  interrupt = new AbortController();
});

const ref = (trial: number, attempt = 1) => ({ study: "s1", trial, attempt });
const open = (): readonly string[] => [...bus.offered.keys()];

function report(of: ReturnType<typeof ref>, n: number, worker = "w1"): WorkerMessage {
  return { ref: of, n, worker, kind: "report", epoch: n, metrics: { val_mse: n }, seconds: 1 };
}

function ended(of: ReturnType<typeof ref>, end: AttemptEnd, worker = "w1"): WorkerMessage {
  return { ref: of, n: 9, worker, kind: "ended", end };
}

const numbers = (answers: Answers): readonly (readonly number[])[] =>
  answers.map((messages) => messages.map(({ n }) => n));

describe("questions to workers", () => {
  it("are open as many as there are slots, and answered in the order they were asked in", async () => {
    const questions = new Questions(bus, asTrials, 0);
    const asked = questions.askAll([assignment("s1", 0), assignment("s1", 1)], interrupt.signal);
    expect(open()).toEqual([]);
    questions.allow(1);
    expect(open()).toEqual(["s1.0.1"]);
    questions.allow(2);
    questions.hear([report(ref(1), 1), ended(ref(1), { kind: "complete" })], 0);
    questions.hear([report(ref(0), 2), report(ref(0), 1), report(ref(0), 1)], 0);
    questions.hear([ended(ref(0), { kind: "complete" })], 0);
    expect(numbers(await asked)).toEqual([
      [1, 2, 9],
      [1, 9],
    ]);
    expect(questions.count).toBe(0);
  });

  it("are offered again when their worker is lost, and hear no more of the attempt before", async () => {
    const questions = new Questions(bus, asTrials);
    const asked = questions.askAll([assignment("s1", 0)], interrupt.signal);
    questions.claimed(ref(0), "w1");
    questions.hear([report(ref(0), 1, "w1"), report(ref(0), 2, "stranger")], 0);
    questions.deserted(ref(0), false, "worker w1 was not heard of");
    expect(open()).toEqual(["s1.0.2"]);
    questions.hear([ended(ref(0), { kind: "complete" })], 0);
    questions.hear([report(ref(0, 2), 5, "w2"), ended(ref(0, 2), { kind: "complete" }, "w2")], 0);
    expect(numbers(await asked)).toEqual([[5, 9]]);
  });

  it("hear only the worker that holds them", async () => {
    const questions = new Questions(bus, asTrials);
    const asked = questions.askAll([assignment("s1", 0)], interrupt.signal);
    questions.claimed(ref(0), "w1");
    questions.hear([report(ref(0), 1, "w1"), report(ref(0), 2, "stranger")], 0);
    questions.hear([ended(ref(0), { kind: "stopped" }, "stranger")], 0);
    questions.hear([ended(ref(0), { kind: "complete" }, "w1")], 0);
    expect(numbers(await asked)).toEqual([[1, 9]]);
  });

  it("are given up after three failed attempts; attempts that were handed back do not count", async () => {
    const questions = new Questions(bus, asTrials);
    const asked = questions.askAll([assignment("s1", 0)], interrupt.signal);
    const error: AttemptEnd = { kind: "failed", failure: "error", message: "out of memory" };
    questions.hear([ended(ref(0), { kind: "handed_back", epoch: 0 })], 0);
    for (const attempt of [2, 3, 4]) questions.hear([ended(ref(0, attempt), error)], 0);
    await expect(asked).rejects.toThrow("gave up after 3 failed attempts: out of memory");
  });

  it("fail at once by their data, and take the others back", async () => {
    const questions = new Questions(bus, asTrials);
    const asked = questions.askAll([assignment("s1", 0), assignment("s1", 1)], interrupt.signal);
    questions.claimed(ref(1), "w2");
    questions.hear([ended(ref(0), { kind: "failed", failure: "bad_data", message: "no column y" })], 0);
    await expect(asked).rejects.toThrow(new DataError("no column y"));
    await until(() => bus.orders.has("s1.1.1"), "the order to stop the other");
    questions.deserted(ref(1), false, "worker w2 was not heard of");
    expect(open()).toEqual([]);
    await questions.idle(new AbortController().signal);
  });

  it("of one try fail with the first failure, but what a program says of itself is an answer", async () => {
    const questions = new Questions(bus, once);
    const program = questions.askAll([assignment("s1", 0)], interrupt.signal);
    questions.hear([ended(ref(0), { kind: "failed", failure: "program", message: "exit code 3" })], 0);
    expect(numbers(await program)).toEqual([[9]]);
    const dies = questions.askAll([assignment("s1", 1)], interrupt.signal);
    questions.deserted(ref(1), true, "worker w1 died");
    await expect(dies).rejects.toThrow(/^worker w1 died$/);
  });

  it("are interrupted at once, and idle when their workers have let go of them", async () => {
    const questions = new Questions(bus, asTrials);
    const asked = questions.askAll([assignment("s1", 0)], interrupt.signal);
    questions.claimed(ref(0), "w1");
    interrupt.abort();
    await expect(asked).rejects.toThrow("interrupted");
    let isIdle = false;
    const idle = questions.idle(new AbortController().signal).then(() => (isIdle = true));
    expect(isIdle).toBe(false);
    questions.hear([ended(ref(0), { kind: "stopped" })], 0);
    await idle;
    expect(open()).toEqual([]);
  });
});
