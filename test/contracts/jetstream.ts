import {
  AckPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../worker/protocol/clock.ts";
import {
  isAlreadyThere,
  isLostRace,
  isNoSuchStream,
  isOutOfRoom,
  isStreamFull,
  isTaken,
} from "../../worker/protocol/nats/link/api-errors.ts";
import { pullOne, type PullResult } from "../../worker/protocol/nats/link/pull.ts";
import { isPassing } from "../../worker/protocol/nats/link/retry.ts";
import type { Wire } from "../../worker/protocol/nats/link/wire.ts";

/** A server of one test. */
export interface Site {
  readonly clock: Clock;
  connect(): Promise<Wire>;
  /** It dies and comes back with what it stored; resolves when it takes connections. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const ackWaitMs = 400;
const never = new AbortController().signal;

/** What the bus relies on of a server with JetStream; nats-server 2.9.10 and the simulated one both keep to it. */
export function jetStreamContract(name: string, open: () => Promise<Site>): void {
  let site: Site;
  let wire: Wire;

  beforeEach(async () => {
    site = await open();
    wire = await site.connect();
  });
  afterEach(async () => await site.close());

  const add = async (config: Partial<StreamConfig> = {}): Promise<void> => {
    const common = { name: "S", subjects: ["s.>"], storage: StorageType.File, discard: DiscardPolicy.New };
    await wire.jsm.streams.add({ ...common, ...config });
  };
  const addBucket = async (): Promise<void> => {
    const subjects = { name: "KV_B", subjects: ["$KV.B.>"], max_msgs_per_subject: 1, allow_direct: true };
    await add({ ...subjects, allow_rollup_hdrs: true });
  };
  const addQueue = async (): Promise<void> => {
    await add({
      retention: RetentionPolicy.Workqueue,
      max_msgs_per_subject: 1,
      discard_new_per_subject: true,
    });
    await wire.jsm.consumers.add("S", queue);
  };
  const queue = {
    durable_name: "q",
    filter_subject: "s.>",
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
  };
  const refusalOf = async (task: Promise<unknown>): Promise<unknown> =>
    await task.then(
      () => null,
      (error: unknown) => error,
    );
  const pull = async (
    waitMs: number | null,
    from = wire,
    durable = "q",
    requestMs = 2_000,
  ): Promise<PullResult> =>
    await pullOne({
      nc: from.nc,
      clock: site.clock,
      stream: "S",
      durable,
      waitMs,
      requestMs,
      inboxPrefix: undefined,
      signal: never,
    });
  const textOf = (result: PullResult): string =>
    result.kind === "message" ? result.message.text : result.kind;
  const wait = async (ms: number): Promise<void> =>
    await new Promise<void>((resolve) => void site.clock.after(ms, resolve));
  const left = async (): Promise<number> => (await wire.jsm.streams.info("S")).state.messages;

  describe(`a stream of ${name}`, () => {
    it("is made once, found again, and refused in another shape or over another's subjects", async () => {
      await add();
      await add();
      const facts = await wire.jsm.streams.info("S");
      expect(facts.config).toMatchObject({ subjects: ["s.>"], discard: "new" });
      expect(facts.state).toMatchObject({ messages: 0, last_seq: 0 });
      expect(isTaken(await refusalOf(add({ max_bytes: 1_000_000 })))).toBe(true);
      expect(isTaken(await refusalOf(add({ name: "T", subjects: ["s.x"] })))).toBe(true);
      expect(isNoSuchStream(await refusalOf(wire.jsm.streams.info("U")))).toBe(true);
    });

    it("numbers messages, takes an id once, and writes only on the message that was expected", async () => {
      await add();
      expect((await wire.js.publish("s.a", "1", { msgID: "one" })).seq).toBe(1);
      expect((await wire.js.publish("s.a", "1", { msgID: "one" })).seq).toBe(1);
      expect((await wire.js.publish("s.b", "2")).seq).toBe(2);
      const late = wire.js.publish("s.a", "3", { expect: { lastSubjectSequence: 2 } });
      expect(isLostRace(await refusalOf(late))).toBe(true);
      expect((await wire.js.publish("s.a", "3", { expect: { lastSubjectSequence: 1 } })).seq).toBe(3);
      expect((await wire.js.publish("s.c", "4", { expect: { lastSubjectSequence: 0 } })).seq).toBe(4);
      const facts = await wire.jsm.streams.info("S", { subjects_filter: "s.>" });
      expect(facts.state).toMatchObject({ messages: 4, first_seq: 1, last_seq: 4 });
      expect(facts.state.subjects).toEqual({ "s.a": 2, "s.b": 1, "s.c": 1 });
    });

    it("that takes a subject once refuses it until it is purged", async () => {
      await add({ max_msgs_per_subject: 1, discard_new_per_subject: true, allow_direct: true });
      await wire.js.publish("s.a", "1");
      expect(isAlreadyThere(await refusalOf(wire.js.publish("s.a", "2")))).toBe(true);
      expect((await wire.jsm.direct.getMessage("S", { last_by_subj: "s.a" }))?.string()).toBe("1");
      await wire.jsm.streams.purge("S", { filter: "s.a" });
      expect(await wire.jsm.direct.getMessage("S", { last_by_subj: "s.a" })).toBeNull();
      await wire.js.publish("s.a", "2");
    });

    it("that is full refuses what is new, or forgets what is oldest", async () => {
      await add({ max_bytes: 1_100 });
      const bytes = "x".repeat(300);
      for (let i = 0; i < 3; i++) await wire.js.publish(`s.${i}`, bytes);
      const refusal = await refusalOf(wire.js.publish("s.3", bytes));
      expect([isOutOfRoom(refusal), isStreamFull(refusal)]).toEqual([true, true]);
      await wire.js.publish("s.4", "small");

      const forgetful = { name: "O", subjects: ["o.>"], max_bytes: 1_100, discard: DiscardPolicy.Old };
      await add(forgetful);
      for (let i = 0; i < 4; i++) await wire.js.publish(`o.${i}`, bytes);
      const facts = await wire.jsm.streams.info("O", { subjects_filter: "o.>" });
      expect(facts.state.subjects).toEqual({ "o.1": 1, "o.2": 1, "o.3": 1 });
    });

    it("is purged by subject and up to a place; before place 1, of everything", async () => {
      await add();
      for (const subject of ["s.a", "s.b", "s.a", "s.b", "s.a"]) await wire.js.publish(subject, "");
      expect((await wire.jsm.streams.purge("S", { filter: "s.a", seq: 4 })).purged).toBe(2);
      expect((await wire.jsm.streams.info("S")).state).toMatchObject({
        messages: 3,
        first_seq: 2,
        last_seq: 5,
      });
      expect((await wire.jsm.streams.purge("S", { filter: "s.a", seq: 4 })).purged).toBe(0);
      await wire.jsm.streams.purge("S", { filter: "s.b", seq: 1 });
      expect(await left()).toBe(1);
      expect((await wire.js.publish("s.b", "")).seq).toBe(6);
    });

    it("that was never made takes nothing, and its absence passes for a server that is not there yet", async () => {
      expect(isPassing(await refusalOf(wire.js.publish("nowhere", "")))).toBe(true);
    });

    it("keeps what it stored when its server dies; what is in memory is gone with it", async () => {
      await add();
      await add({ name: "M", subjects: ["m.>"], storage: StorageType.Memory });
      await wire.js.publish("s.a", "1", { msgID: "one" });
      await wire.js.publish("m.a", "1");
      await site.restart();
      const again = await site.connect();
      expect((await again.jsm.streams.info("S")).state).toMatchObject({ messages: 1, last_seq: 1 });
      expect((await again.js.publish("s.a", "1", { msgID: "one" })).seq).toBe(1);
      expect(isNoSuchStream(await refusalOf(again.jsm.streams.info("M")))).toBe(true);
    });
  });

  describe(`a bucket of ${name}`, () => {
    it("is written by compare-and-set", async () => {
      await addBucket();
      const bucket = await wire.bucket("B");
      expect(await bucket.get("k")).toBeNull();
      const first = await bucket.create("k", "1");
      expect(isLostRace(await refusalOf(bucket.create("k", "2")))).toBe(true);
      const second = await bucket.update("k", "2", first);
      expect(isLostRace(await refusalOf(bucket.update("k", "3", first)))).toBe(true);
      const found = await bucket.get("k");
      expect([found?.operation, found?.revision, found?.string()]).toEqual(["PUT", second, "2"]);
      expect(isLostRace(await refusalOf(bucket.delete("k", { previousSeq: first })))).toBe(true);
      await bucket.delete("k", { previousSeq: second });
      expect((await bucket.get("k"))?.operation).toBe("DEL");
      await bucket.create("k", "4");
      expect((await bucket.get("k"))?.string()).toBe("4");
    });

    it("tells subscribers of every write, also of one that it refuses", async () => {
      await addBucket();
      const heard: string[] = [];
      const other = await site.connect();
      other.nc.subscribe("$KV.B.k", { callback: (_error, message) => heard.push(message.string()) });
      await other.nc.flush();
      const bucket = await wire.bucket("B");
      await bucket.create("k", "1");
      await refusalOf(bucket.create("k", "2"));
      await other.nc.flush();
      expect(heard).toEqual(["1", "2"]);
    });
  });

  describe(`a queue of ${name}`, () => {
    it("gives each message to one, and takes it off when that one is done", async () => {
      await addQueue();
      expect(textOf(await pull(null))).toBe("empty");
      for (const text of ["1", "2"]) await wire.js.publish(`s.${text}`, text);
      const facts = await wire.jsm.consumers.add("S", queue);
      expect([facts.num_pending, facts.num_ack_pending]).toEqual([2, 0]);
      const [one, other] = [await pull(null), await pull(null, await site.connect())];
      expect([textOf(one), textOf(other), textOf(await pull(null))]).toEqual(["1", "2", "empty"]);
      if (one.kind === "message") await one.message.ack();
      if (other.kind === "message") other.message.term();
      await wire.nc.flush();
      expect(await left()).toBe(0);
      expect((await wire.jsm.consumers.add("S", queue)).delivered.stream_seq).toBe(2);
    });

    it("gives a message to the one that waits for it, and nothing to one that waited too long", async () => {
      await addQueue();
      expect(textOf(await pull(200))).toBe("empty");
      const waiting = pull(5_000);
      await wire.nc.flush();
      await wire.js.publish("s.1", "1");
      expect(textOf(await waiting)).toBe("1");
    });

    it("gives a message again after a refusal, or a silence, but not while its holder is at it", async () => {
      await addQueue();
      await wire.js.publish("s.1", "1");
      const refused = await pull(null);
      if (refused.kind === "message") refused.message.nak(0);
      const silent = await pull(5_000);
      expect(textOf(silent)).toBe("1");
      for (let i = 0; i < 6; i++) {
        await wait(ackWaitMs / 2);
        if (silent.kind === "message") silent.message.working();
        expect(textOf(await pull(null))).toBe("empty");
      }
      expect(textOf(await pull(5_000))).toBe("1");
      if (silent.kind === "message") await silent.message.ack(); // it lost it, and the server does not mind
      expect(await left()).toBe(0);
    });

    it("that does not exist gives no answer; one that is deleted tells those who wait", async () => {
      await addQueue();
      expect(textOf(await pull(null, wire, "other", 200))).toBe("empty");
      const waiting = pull(5_000);
      await wire.nc.flush();
      await wire.jsm.consumers.delete("S", "q");
      expect(textOf(await waiting)).toBe("missing");
    });

    it("gives what was held when its server died to somebody else", async () => {
      await addQueue();
      await wire.js.publish("s.1", "1");
      expect(textOf(await pull(null))).toBe("1");
      await site.restart();
      expect(textOf(await pull(5_000, await site.connect()))).toBe("1");
    });
  });

  describe(`a reader of ${name}`, () => {
    it("reads what there is from a place on, then what comes, and hears how much is left", async () => {
      await add();
      for (const [index, subject] of ["s.a", "s.b", "s.a", "s.a"].entries())
        await wire.js.publish(subject, String(index));
      const reading = await wire.js.consumers.get("S", { filter_subjects: "s.a", opt_start_seq: 2 });
      expect((await reading.info(true)).num_pending).toBe(2);
      const messages = await reading.consume({ max_messages: 100 });
      const seen: [number, string, number][] = [];
      for await (const message of messages) {
        seen.push([message.seq, message.string(), message.info.pending]);
        if (seen.length === 2) await wire.js.publish("s.a", "new");
        if (seen.length === 3) break;
      }
      messages.stop();
      await reading.delete();
      expect(seen).toEqual([
        [3, "2", 1],
        [4, "3", 0],
        [5, "new", 0],
      ]);
    });
  });

  describe(`a connection to ${name}`, () => {
    it("mends itself when its server comes back, and what it subscribed to is heard again", async () => {
      await add();
      const states: string[] = [];
      const statuses = wire.nc.status()[Symbol.asyncIterator]();
      const heard: string[] = [];
      wire.nc.subscribe("s.>", { callback: (_error, message) => heard.push(message.string()) });
      await wire.nc.flush();
      await site.restart();
      while (states.at(-1) !== "reconnect") {
        const { type } = (await statuses.next()).value as { readonly type: string };
        if (type === "disconnect" || type === "reconnect") states.push(type);
      }
      expect(states).toEqual(["disconnect", "reconnect"]);
      await wire.js.publish("s.a", "again");
      await wire.nc.flush();
      expect(heard).toEqual(["again"]);
      await wire.nc.close();
      expect(wire.nc.isClosed()).toBe(true);
    });
  });
}
