import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { assignmentSchema, protocolVersion } from "../../../worker/protocol/assignment.ts";
import { orderSchema, workerMessageSchema } from "../../../worker/protocol/messages.ts";
import { parseJson } from "../../../worker/protocol/nats/server/bucket.ts";
import { parseClaim } from "../../../worker/protocol/nats/server/claims.ts";
import { doneSchema, storedOrderSchema } from "../../../worker/protocol/nats/server/control.ts";
import { readHeartbeat } from "../../../worker/protocol/nats/server/read-heartbeat.ts";
import { slotNewsSchema, toSlotSchema } from "../../../worker/protocol/slot.ts";
import { assignment } from "../../support/assignment.ts";
import { Mutator } from "../../support/message-mutants.ts";

const ref = { study: "s1", trial: 3, attempt: 2 };
const blob = { sha256: "b".repeat(64), bytes: 12 };
const engine = { engine: "native", backend: "avx2", version: "1", device: "cpu" };
const common = { ref, n: 4, worker: "w1" };

interface Kind {
  readonly name: string;
  readonly genuine: unknown;
  /** What is taken of a value; null or undefined: nothing. */
  readonly take: (value: unknown) => unknown;
}

const message = (value: unknown): unknown => workerMessageSchema.safeParse(value).data;
const kinds: readonly Kind[] = [
  { name: "started", genuine: { ...common, kind: "started", engine }, take: message },
  {
    name: "report",
    genuine: {
      ...common,
      kind: "report",
      epoch: 2,
      metrics: { val_mse: 0.5, train_loss: "NaN" },
      seconds: 1,
    },
    take: message,
  },
  {
    name: "checkpoint",
    genuine: { ...common, kind: "checkpoint", epoch: 2, checkpoint: blob },
    take: message,
  },
  {
    name: "ended",
    genuine: {
      ...common,
      kind: "ended",
      end: { kind: "paused", epoch: 3, checkpoint: blob },
      model: { blob, epoch: 2 },
    },
    take: message,
  },
  {
    name: "failed",
    genuine: { ...common, kind: "ended", end: { kind: "failed", failure: "error", message: "no" } },
    take: message,
  },
  {
    name: "evaluated",
    genuine: {
      ...common,
      kind: "evaluated",
      metrics: { mse: 1 },
      baselines: { naive: { mse: 2 } },
      windows: 3,
      comparisons: [
        { baseline: "naive", naive: true, kind: "squared", own: 1, other: 2, error: null, blocks: 4 },
      ],
      outside: 0.1,
    },
    take: message,
  },
  {
    name: "predicted",
    genuine: { ...common, kind: "predicted", predictions: blob, samples: 3, warnings: ["a"] },
    take: message,
  },
  {
    name: "inputs scored",
    genuine: {
      ...common,
      kind: "inputs_scored",
      found: {
        metric: "val_mse",
        score: 0.4,
        samples: 90,
        repeats: 5,
        inputs: [{ kind: "column", name: "OT", worse: 0.2, error: 0.01 }],
      },
    },
    take: message,
  },
  {
    name: "assignment",
    genuine: assignment("s1", 3, 2),
    take: (value) => assignmentSchema.safeParse(value).data,
  },
  {
    name: "order",
    genuine: { kind: "stop", reason: "enough" },
    take: (value) => orderSchema.safeParse(value).data,
  },
  {
    name: "stored order",
    genuine: { order: { kind: "pause", reason: "rung" }, epoch: 5 },
    take: (value) => storedOrderSchema.safeParse(value).data,
  },
  {
    name: "watermark",
    genuine: { n: 4, epoch: 5, worker: "w1" },
    take: (value) => doneSchema.safeParse(value).data,
  },
  { name: "claim", genuine: { worker: "w1", token: "t" }, take: parseClaim },
  {
    name: "heartbeat",
    genuine: {
      id: "w1",
      host: "box",
      pid: 4,
      version: "0.1.0",
      engine,
      labels: { gpu: "a100" },
      running: ref,
      progress: { epoch: 1, epochs: 3, epochs_per_second: 2 },
      clock: 1,
      started: 1,
      up: 2,
      protocol: protocolVersion,
    },
    take: readHeartbeat,
  },
  {
    name: "slot start",
    genuine: {
      kind: "start",
      id: "w1",
      engine: "auto",
      servers: "nats://a:1",
      labels: {},
      folder: "/f",
      leaveOnDrain: false,
    },
    take: (value) => toSlotSchema.safeParse(value).data,
  },
  {
    name: "slot news",
    genuine: { kind: "ended", ref, how: "failed", why: "no", epochs: 3, seconds: 1 },
    take: (value) => slotNewsSchema.safeParse(value).data,
  },
];

describe("what crosses a border between processes", () => {
  it.each(kinds)("a damaged $name is refused, or is one all the same", ({ name, genuine, take }) => {
    expect(take(genuine)).toBeTruthy();
    const mutator = new Mutator(rngFor(1, name));
    const others = kinds.map((kind) => kind.genuine);
    let refused = 0;
    for (let i = 0; i < 400; i++) {
      const value = parseJson(mutator.mutate(genuine, others));
      const taken = take(value) ?? null;
      if (taken === null) {
        refused += 1;
        continue;
      }
      const again: unknown = JSON.parse(JSON.stringify(taken));
      expect(take(again)).toEqual(taken);
    }
    expect(refused).toBeGreaterThan(50);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
