import { getEventListeners } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { BesideStudy } from "../../../orchestrator/questions/beside-study.ts";
import { DataError } from "../../../worker/data/errors.ts";
import type { WorkerChange } from "../../../worker/protocol/bus.ts";
import type { AttemptRef } from "../../../worker/protocol/ids.ts";
import { LocalCoordinatorBus } from "../../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../../worker/protocol/local/file-blobs.ts";
import { toWorkerSchema, type ToWorker } from "../../../worker/protocol/local/frames.ts";
import type { AttemptEnd, WorkerMessage } from "../../../worker/protocol/messages.ts";
import { assignment } from "../../support/assignment.ts";
import { channelPair } from "../../support/channel-pair.ts";
import { until } from "../../support/until.ts";

/** What the study's coordinator hears, and what its worker is sent. */
let committed: WorkerMessage[];
let changes: WorkerChange[];
let frames: ToWorker[];
let bus: LocalCoordinatorBus;
let beside: BesideStudy;
let say: (frame: unknown) => void;

const info = { id: "w1", host: "h", pid: 1, version: "0", labels: {} };
const { signal } = new AbortController();

beforeEach(async () => {
  [committed, changes, frames] = [[], [], []];
  bus = new LocalCoordinatorBus(fileBlobs(path.join(tmpdir(), "seqtune-no-blobs")));
  beside = new BesideStudy();
  await beside.over(bus).open({
    commit: (messages) => void committed.push(...messages),
    worker: (change) => void changes.push(change),
  });
  const [ours, theirs] = channelPair();
  theirs.onFrame((frame) => frames.push(toWorkerSchema.parse(frame)));
  bus.connect("w1", ours);
  say = (frame) => theirs.send(frame);
  say({ kind: "idle" });
});

async function given(): Promise<AttemptRef> {
  const assigned = (): ToWorker | undefined => frames.find(({ kind }) => kind === "assign");
  await until(() => assigned() !== undefined, "the question at the worker");
  const frame = assigned()!;
  if (frame.kind !== "assign") throw new Error("no assignment");
  return frame.assignment.ref;
}

function ends(ref: AttemptRef, end: AttemptEnd, n = 2): void {
  say({ kind: "messages", messages: [{ ref, n, worker: "w1", kind: "ended", end }] });
}

describe("a question beside a study", () => {
  it("goes to the study's worker, and only who asked hears the answer", async () => {
    const asked = beside.ask([assignment("s1", 0)], signal);
    const ref = await given();
    expect(ref).toMatchObject({ trial: 0, attempt: 1 });
    say({ kind: "alive", worker: { ...info, running: ref } });
    const own = { study: "s1", trial: 0, attempt: 1 };
    say({
      kind: "messages",
      messages: [
        { ref: own, n: 1, worker: "w1", kind: "report", epoch: 1, metrics: { val_mse: 1 }, seconds: 1 },
        { ref, n: 1, worker: "w1", kind: "report", epoch: 1, metrics: { val_mse: 2 }, seconds: 1 },
      ],
    });
    ends(ref, { kind: "complete" });
    const [answer = []] = await asked;
    expect(answer.map(({ kind }) => kind)).toEqual(["report", "ended"]);
    expect(committed.map((message) => message.ref)).toEqual([own]);
    // The study's worker is there, and runs nothing of the study.
    expect(changes).toEqual([{ kind: "seen", worker: info }]);
  });

  it("fails by its data, or by the death of the worker, which the study hears of without it", async () => {
    const bad = beside.ask([assignment("s1", 0)], signal);
    ends(await given(), { kind: "failed", failure: "bad_data", message: "no column y" });
    await expect(bad).rejects.toThrow(new DataError("no column y"));
    frames.length = 0;
    say({ kind: "idle" });
    const lost = beside.ask([assignment("s1", 1)], signal);
    await given();
    bus.disconnect("w1", "worker w1 died");
    await expect(lost).rejects.toThrow("worker w1 died");
    expect(changes).toEqual([{ kind: "gone", worker: "w1", reason: "worker w1 died", running: null }]);
  });

  it("is ordered to stop when it is interrupted, and what still comes of it is dropped", async () => {
    const interrupt = new AbortController();
    const asked = beside.ask([assignment("s1", 0)], interrupt.signal);
    const ref = await given();
    interrupt.abort();
    await expect(asked).rejects.toThrow("interrupted");
    await until(() => frames.some(({ kind }) => kind === "order"), "the order");
    ends(ref, { kind: "stopped" });
    await until(() => frames.some(({ kind }) => kind === "committed"), "the late end, committed");
    expect(committed).toEqual([]);
    expect(getEventListeners(interrupt.signal, "abort")).toEqual([]);
  });
});
