/** Coordinators and workers run for months: what attempts, orders and lost connections leave behind must go. */
import { beforeEach, expect, it } from "vitest";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { libraryOf } from "../support/library-of.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, Memory, quick, report, soon, started } from "../support/nats-lab.ts";
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

it("of an attempt that was lost the order to stop stays, and the offer goes", async () => {
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
