/** Coordinators and workers run for months: what attempts, orders and lost connections leave behind must go. */
import { beforeEach, expect, it } from "vitest";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { libraryOf } from "../support/library-of.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, ended, Memory, quick, report, soon, started } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

let memory: Memory;

beforeEach(() => {
  memory = new Memory();
});

const superseded = { kind: "stop", reason: "the attempt was given to another worker" } as const;

it("each settled order is removed from the server once, however many are settled together", async () => {
  // What is not answered in time is asked again, and would be counted twice.
  const coordinator = await lab.coordinator("s1", { timings: { ...quick, requestMs: 240_000 } });
  await coordinator.open(memory);
  const { jsm, nc } = coordinator.link;
  let removals = 0;
  nc.subscribe("$JS.API.STREAM.PURGE.KV_SEQTUNE_CONTROL", {
    callback: () => {
      removals += 1;
    },
  });
  const refs = Array.from({ length: 40 }, (_, trial) => assignment("s1", trial).ref);
  for (const ref of refs) await coordinator.order(ref, { kind: "stop", reason: "worse than the median" });
  await Promise.all(refs.map((ref) => coordinator.settle(ref)));
  const left = await jsm.streams.info("KV_SEQTUNE_CONTROL", {
    subjects_filter: "$KV.SEQTUNE_CONTROL.order.>",
  });
  expect(left.state.subjects ?? {}).toEqual({});
  await nc.flush();
  expect(removals).toBe(refs.length);
});

it("the order to stop a lost attempt stays, and its offer goes", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  const { ref } = assignment("s1", 0);
  await coordinator.offer(assignment("s1", 0));
  await coordinator.settle(ref, superseded);
  await coordinator.offer(assignment("s1", 1));
  await server.kill();
  await server.wipe();
  await server.up();

  const worker = await lab.worker("w1");
  expect((await worker.claim(soon()))?.ref.trial).toBe(1);
  const heard: string[] = [];
  worker.onOrder(ref, ({ reason }) => heard.push(reason));
  await until(() => heard.length > 0, "the order to stop");
  expect(heard).toEqual([superseded.reason]);
});

it("an offer leaves the queue although its worker was dismissed before it could say a word", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  const worker = await lab.worker("w1");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  await coordinator.dismiss([ref]);
  await coordinator.close();
  await server.kill();
  worker.send(started(ref, "w1"));
  worker.send(report(ref, 1));
  await server.up();

  await worker.flush(soon());
  const link = await Link.connect({ servers: server.url, name: "test" }, { ...defaultTimings, ...quick });
  const offers = async (): Promise<number> => (await link.jsm.streams.info(namesFor().trials)).state.messages;
  await until(async () => (await offers()) === 0, "the empty queue");
  await link.close();
});

it("a coordinator that reconnects again and again keeps nothing of the connections before", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  const opened = (): number => memory.connections.filter((state) => state === "open").length;
  for (let times = 1; times <= 12; times++) {
    await libraryOf(coordinator.link).nc.reconnect();
    await until(() => opened() >= times, "the connection");
  }
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});

/** Keys of a bucket, and where in its stream each was written last. */
async function keysOf(link: Link, bucket: string): Promise<ReadonlyMap<string, number>> {
  const prefix = `$KV.${bucket}.`;
  const stream = `KV_${bucket}`;
  const { state } = await link.jsm.streams.info(stream, { subjects_filter: `${prefix}>` });
  const keys = new Map<string, number>();
  for (const subject of Object.keys(state.subjects ?? {})) {
    const message = await link.jsm.direct.getMessage(stream, { last_by_subj: subject });
    if (message !== null) keys.set(subject.slice(prefix.length), message.seq);
  }
  return keys;
}

const forgetful = { ...quick, keepEndedMs: 1_500, checkMs: 100 };

it("claims and watermarks of attempts that ended go; what runs, or was taken back and is still queued, stays claimed", async () => {
  const coordinator = await lab.coordinator("s1", { timings: forgetful });
  await coordinator.open(memory);
  const claims = (): Promise<ReadonlyMap<string, number>> => keysOf(coordinator.link, "SEQTUNE_CLAIMS");
  await coordinator.offer(assignment("s1", 0));
  const worker = await lab.worker("w1");
  const { ref } = (await worker.claim(soon()))!;
  worker.send(started(ref, "w1"));
  worker.send(ended(ref, 1));
  await worker.flush(soon());
  await coordinator.settle(ref);
  await coordinator.offer(assignment("s1", 1));
  const running = (await worker.claim(soon()))!.ref;
  worker.announce({ id: "w1", host: "here", pid: 1, version: "0", labels: {}, running });
  worker.send(started(running, "w1"));
  await worker.flush(soon());
  await coordinator.offer(assignment("s1", 2));
  expect(await coordinator.withdraw(assignment("s1", 2).ref)).toBe(true);
  const before = await claims();
  expect([...before.keys()].toSorted()).toEqual(["s1.0.1", "s1.1.1", "s1.2.1"]);

  const isGone = async (): Promise<boolean> => {
    const marks = await keysOf(coordinator.link, "SEQTUNE_CONTROL");
    return !marks.has("done.s1.0.1") && !(await claims()).has("s1.0.1");
  };
  await until(isGone, "the claim and the watermark of what ended to go");
  const renewed = async (): Promise<boolean> => {
    const now = await claims();
    return ["s1.1.1", "s1.2.1"].every((key) => now.get(key)! > before.get(key)!);
  };
  await until(renewed, "the other claims to be written again");
  await coordinator.offer(assignment("s1", 3));
  const other = await lab.worker("w2");
  expect((await other.claim(soon()))?.ref.trial).toBe(3);
});

it("a worker that comes back after its watermark is gone is let go of what it kept, and not once the study goes on", async () => {
  const coordinator = await lab.coordinator("s1", { timings: { ...forgetful, doneMs: 500 } });
  await coordinator.open(memory);
  await coordinator.offer(assignment("s1", 0));
  const worker = await lab.worker("w1");
  const { ref } = (await worker.claim(soon()))!;
  worker.send(started(ref, "w1"));
  worker.send(ended(ref, 1));
  await until(() => memory.numbers(ref).length === 2, "its messages");
  await worker.abandon(); // before it hears that they are
  const marks = async (): Promise<readonly string[]> => [
    ...(await keysOf(coordinator.link, "SEQTUNE_CONTROL")).keys(),
  ];
  await until(async () => (await marks()).includes("done.s1.0.1"), "the watermark");
  await until(async () => (await marks()).length === 0, "the watermark to go");
  await coordinator.dismiss([]);
  await coordinator.close();

  const back = await lab.worker("w1");
  const over = soon();
  await back.flush(over);
  expect(over.aborted).toBe(false);

  const next = await lab.coordinator("s1", { timings: forgetful });
  await next.open(memory);
  expect([...(await keysOf(next.link, "SEQTUNE_CONTROL")).keys()]).toEqual([]);
});
