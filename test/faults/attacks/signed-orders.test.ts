/**
 * What signatures keep out where a server lets it pass: the texts below are written with the coordinator's right to write
 * anywhere, and without its key, or with what it signed for something else.
 */
import { nkeys } from "@nats-io/transport-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answerStops, askForStop } from "../../../orchestrator/lab/stop-line.ts";
import type { AttemptRef } from "../../../worker/protocol/ids.ts";
import type { Order } from "../../../worker/protocol/messages.ts";
import type { NatsCoordinatorBus } from "../../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import type { Link } from "../../../worker/protocol/nats/link/link.ts";
import { Seal } from "../../../worker/protocol/nats/link/seal.ts";
import { namesFor, offerPurpose } from "../../../worker/protocol/nats/server/names.ts";
import type { NatsWorkerBus } from "../../../worker/protocol/nats/worker/worker-bus.ts";
import { assignment, ended, Memory, report, soon, started } from "../../support/nats-lab.ts";
import { until } from "../../support/until.ts";
import { AttackedLab } from "./lab.ts";

const names = namesFor();
const thief = new Seal(new TextDecoder().decode(nkeys.createUser().getSeed()), []);
let attacked: AttackedLab;
let memory: Memory;
let coordinator: NatsCoordinatorBus;
let worker: NatsWorkerBus;
/** Writes where it likes. */
let hand: Link;
let trial = 0;

beforeAll(async () => {
  attacked = await AttackedLab.start();
  memory = new Memory();
  coordinator = await attacked.lab.coordinator("s1", await attacked.credentials("coordinator"));
  await coordinator.open(memory);
  worker = await attacked.lab.worker("w1", { ...(await attacked.credentials("honest")), leaveOnDrain: true });
  hand = await attacked.as("coordinator");
});
afterAll(async () => {
  await attacked.end();
});

const orderSubject = ({ study, trial: number, attempt }: AttemptRef): string =>
  `$KV.SEQTUNE_CONTROL.order.${study}.${number}.${attempt}`;
const stop = (reason: string, epoch = 9_000_000_000) => ({ order: { kind: "stop", reason }, epoch });

async function textOn(stream: string, subject: string): Promise<string> {
  const message = await hand.jsm.direct.getMessage(stream, { last_by_subj: subject });
  return message?.string() ?? "";
}

describe("a trial under way", () => {
  let ref: AttemptRef;
  let heard: Order[];
  beforeEach(async () => {
    await coordinator.offer(assignment("s1", trial++));
    ({ ref } = (await worker.claim(soon()))!);
    worker.send(started(ref, "w1"));
    heard = [];
    worker.onOrder(ref, (order) => heard.push(order));
  });

  /** What is published before is heard before: then only the coordinator's own order was obeyed. */
  async function obeysOnlyItsCoordinator(): Promise<void> {
    await coordinator.order(ref, { kind: "stop", reason: "genuine" });
    await until(() => heard.length > 0, "the genuine order");
    expect(heard).toEqual([{ kind: "stop", reason: "genuine" }]);
    worker.send(ended(ref, 1));
    await worker.flush(soon());
    await coordinator.settle(ref);
  }

  it("ignores an order that is not signed", async () => {
    await hand.js.publish(orderSubject(ref), JSON.stringify(stop("forged")));
    await obeysOnlyItsCoordinator();
  });

  it("ignores an order that a thief signed", async () => {
    await hand.js.publish(orderSubject(ref), thief.write(orderSubject(ref), stop("forged")));
    await obeysOnlyItsCoordinator();
  });

  it("ignores an order that was recorded and is repeated for it", async () => {
    const other = { ...ref, trial: 1_000 + ref.trial };
    await coordinator.order(other, { kind: "stop", reason: "of another trial" });
    const recorded = await textOn("KV_SEQTUNE_CONTROL", orderSubject(other));
    expect(recorded).toContain("of another trial");
    await hand.js.publish(orderSubject(ref), recorded);
    await obeysOnlyItsCoordinator();
  });

  it("keeps its reports for a watermark that is not signed", async () => {
    memory.failing = true;
    worker.send(report(ref, 1));
    const { study, trial: number, attempt } = ref;
    const done = `$KV.SEQTUNE_CONTROL.done.${study}.${number}.${attempt}`;
    await hand.js.publish(done, JSON.stringify({ n: 99, epoch: 9_000_000_000, worker: null }));
    await hand.jsm.streams.purge("SEQTUNE_REPORTS", { filter: "seqtune.report.s1.>" });
    memory.failing = false;
    await until(() => memory.numbers(ref).includes(1), "the report, sent again");
    worker.send(ended(ref, 2));
    await worker.flush(soon());
  });
});

it("an offer that is not signed is not trained, and the worker says so", async () => {
  const ref = { study: "s1", trial: 5_000, attempt: 1 };
  await hand.js.publish("seqtune.trial.any.s1.5000.1", JSON.stringify(assignment("s1", 5_000)));
  await hand.js.publish(
    "seqtune.trial.any.s1.5001.1",
    thief.write(offerPurpose(names), assignment("s1", 5_001)),
  );
  await coordinator.offer(assignment("s1", trial++));
  const claimed = (await worker.claim(soon()))!;
  expect(claimed.ref.trial).toBeLessThan(ref.trial);
  worker.send(started(claimed.ref, "w1"));
  worker.send(ended(claimed.ref, 1));
  await worker.flush(soon());
  const said = attacked.lab.problems.filter(({ name }) => name === "OrderUnsigned");
  expect(said.map(({ message }) => /s1\.500\d\.1/.exec(message)?.[0])).toEqual(["s1.5000.1", "s1.5001.1"]);
});

it("a worker stays for a drain that is not signed, or of an earlier coordinator, and goes for a genuine one", async () => {
  const guest = await attacked.lab.worker("w2", {
    ...(await attacked.credentials("honest")),
    leaveOnDrain: true,
  });
  await coordinator.offer(assignment("s1", trial++));
  const { ref } = (await guest.claim(soon()))!;
  guest.send(started(ref, "w2"));
  await guest.flush(soon()); // and so it heard which coordinator this is
  const subject = "seqtune.drain.s1";
  hand.nc.publish(subject, JSON.stringify({ epoch: coordinator.epoch }));
  hand.nc.publish(subject, thief.write(subject, { epoch: coordinator.epoch }));
  hand.nc.publish(subject, hand.seal.write(subject, { epoch: coordinator.epoch - 1 }));
  const other = { ...ref, trial: 7_000 };
  const heard: Order[] = [];
  guest.onOrder(other, (order) => heard.push(order));
  await hand.nc.flush();
  await coordinator.order(other, { kind: "stop", reason: "behind the drains" });
  await until(() => heard.length > 0, "an order behind the drains");
  expect(guest.draining.aborted).toBe(false);
  await coordinator.drain();
  await until(() => guest.draining.aborted, "the genuine drain");
});

it("a study stops for a signed request to this coordinator, and for no other", async () => {
  const asked: (number | null)[] = [];
  answerStops(
    coordinator.link,
    names,
    "s1",
    (number) => {
      asked.push(number);
      return "stopping";
    },
    () => coordinator.epoch,
  );
  await coordinator.link.nc.flush(); // the server knows who answers
  const subject = "seqtune.stop.s1";
  const ask = async (text: string): Promise<string> =>
    (await hand.nc.request(subject, text, { timeout: 10_000 })).string();
  const request = { trial: null, epoch: coordinator.epoch };
  expect(await ask(JSON.stringify(request))).toContain("not signed by a coordinator of this lab");
  expect(await ask(thief.write(subject, request))).toContain("not signed by a coordinator of this lab");
  const recorded = hand.seal.write(subject, { trial: null, epoch: coordinator.epoch - 1 });
  expect(await ask(recorded)).toContain("an earlier coordinator of this study");
  expect(asked).toEqual([]);
  expect(await askForStop(hand, names, "s1", 3)).toBe("stopping");
  expect(asked).toEqual([3]);
});

it("a lock that no coordinator wrote is taken back by its holder, which goes on", async () => {
  const forged = { holder: "thief", owner: "x", host: "x", pid: 1, epoch: 9_000_000_000, beat: 1 };
  const subject = "$KV.SEQTUNE_STATE.lock.s1";
  await hand.js.publish(subject, JSON.stringify(forged));
  await until(
    async () => !(await textOn("KV_SEQTUNE_STATE", subject)).includes("thief"),
    "the holder to take its lock back",
  );
  expect(attacked.lab.superseded).toEqual([]);
});
