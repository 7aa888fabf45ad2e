import { afterEach, beforeEach, expect, it } from "vitest";
import { fileBlobs } from "../../../worker/protocol/local/file-blobs.ts";
import type { Channel } from "../../../worker/protocol/local/frames.ts";
import { LocalWorkerBus } from "../../../worker/protocol/local/worker-end.ts";
import { assignment } from "../../support/assignment.ts";
import { channelPair } from "../../support/channel-pair.ts";
import { report } from "../../support/nats-lab.ts";

const never = new AbortController().signal;
const stop = { kind: "stop", reason: "worse than the median" } as const;
const { ref } = assignment("s1", 0);
let coordinator: Channel;
let worker: LocalWorkerBus;

beforeEach(() => {
  const [theirs, mine] = channelPair();
  coordinator = theirs;
  worker = new LocalWorkerBus(mine, fileBlobs("."), 60_000);
});
afterEach(async () => {
  await worker.close();
});

/** What has been sent so far has arrived. */
const arrived = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

it("a worker's end of the bus keeps an order for a later listener of the attempt, and drops it when the attempt is over", async () => {
  const claim = worker.claim(never);
  coordinator.send({ kind: "assign", assignment: assignment("s1", 0) });
  coordinator.send({ kind: "order", ref, order: stop });
  await claim;
  await arrived();
  const heard: string[] = [];
  const stopListening = worker.onOrder(ref, ({ kind }) => heard.push(kind));
  expect(heard).toEqual(["stop"]);
  stopListening();

  const next = worker.claim(never);
  coordinator.send({ kind: "assign", assignment: assignment("s1", 1) });
  coordinator.send({ kind: "order", ref, order: stop }); // too late
  await next;
  await arrived();
  worker.onOrder(ref, ({ kind }) => heard.push(kind));
  expect(heard).toEqual(["stop"]);
});

it("a worker's end of the bus waits for what is sent to be committed, or for the signal", async () => {
  const patience = new AbortController();
  worker.send(report(ref, 1));
  const impatient = worker.flush(patience.signal);
  const patient = worker.flush(never);
  patience.abort();
  await impatient;
  coordinator.send({ kind: "committed", ref, n: 1 });
  await patient;
});
