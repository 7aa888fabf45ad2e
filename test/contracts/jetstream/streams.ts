import { DiscardPolicy, StorageType } from "@nats-io/jetstream";
import { describe, expect, it } from "vitest";
import {
  isAlreadyThere,
  isLostRace,
  isNoSuchStream,
  isOutOfRoom,
  isStreamFull,
  isTaken,
} from "../../../worker/protocol/nats/link/api-errors.ts";
import { isPassing } from "../../../worker/protocol/nats/link/retry.ts";
import { isOlder } from "../../../worker/protocol/nats/link/server-check.ts";
import { refusalOf, type Site, useSite } from "./site.ts";

/** What is stored, numbered, limited and purged. */
export function streamContract(name: string, open: () => Promise<Site>): void {
  describe(`a stream of ${name}`, () => {
    const inUse = useSite(open);

    it("is made once, found again, and refused in another shape or over another's subjects", async () => {
      const lab = inUse();
      await lab.add();
      await lab.add();
      const facts = await lab.wire.jsm.streams.info("S");
      expect(facts.config).toMatchObject({ subjects: ["s.>"], discard: "new" });
      expect(facts.state).toMatchObject({ messages: 0, last_seq: 0 });
      expect(isTaken(await refusalOf(lab.add({ max_bytes: 1_000_000 })))).toBe(true);
      expect(isTaken(await refusalOf(lab.add({ name: "T", subjects: ["s.x"] })))).toBe(true);
      expect(isNoSuchStream(await refusalOf(lab.wire.jsm.streams.info("U")))).toBe(true);
    });

    it("numbers messages, takes an id once, and writes only on the message that was expected", async () => {
      const lab = inUse();
      await lab.add();
      expect((await lab.wire.js.publish("s.a", "1", { msgID: "one" })).seq).toBe(1);
      expect((await lab.wire.js.publish("s.a", "1", { msgID: "one" })).seq).toBe(1);
      expect((await lab.wire.js.publish("s.b", "2")).seq).toBe(2);
      const late = lab.wire.js.publish("s.a", "3", { expect: { lastSubjectSequence: 2 } });
      expect(isLostRace(await refusalOf(late))).toBe(true);
      expect((await lab.wire.js.publish("s.a", "3", { expect: { lastSubjectSequence: 1 } })).seq).toBe(3);
      expect((await lab.wire.js.publish("s.c", "4", { expect: { lastSubjectSequence: 0 } })).seq).toBe(4);
      const facts = await lab.wire.jsm.streams.info("S", { subjects_filter: "s.>" });
      expect(facts.state).toMatchObject({ messages: 4, first_seq: 1, last_seq: 4 });
      expect(facts.state.subjects).toEqual({ "s.a": 2, "s.b": 1, "s.c": 1 });
    });

    it("that takes a subject once refuses it until it is purged", async () => {
      const lab = inUse();
      await lab.add({ max_msgs_per_subject: 1, discard_new_per_subject: true, allow_direct: true });
      await lab.wire.js.publish("s.a", "1");
      expect(isAlreadyThere(await refusalOf(lab.wire.js.publish("s.a", "2")))).toBe(true);
      expect((await lab.wire.jsm.direct.getMessage("S", { last_by_subj: "s.a" }))?.string()).toBe("1");
      await lab.wire.jsm.streams.purge("S", { filter: "s.a" });
      expect(await lab.wire.jsm.direct.getMessage("S", { last_by_subj: "s.a" })).toBeNull();
      await lab.wire.js.publish("s.a", "2");
    });

    it("that is full refuses what is new, or forgets what is oldest", async () => {
      const lab = inUse();
      await lab.add({ max_bytes: 1_100 });
      const bytes = "x".repeat(300);
      for (let i = 0; i < 3; i++) await lab.wire.js.publish(`s.${i}`, bytes);
      const refusal = await refusalOf(lab.wire.js.publish("s.3", bytes));
      expect([isOutOfRoom(refusal), isStreamFull(refusal)]).toEqual([true, true]);
      await lab.wire.js.publish("s.4", "small");

      const forgetful = { name: "O", subjects: ["o.>"], max_bytes: 1_100, discard: DiscardPolicy.Old };
      await lab.add(forgetful);
      for (let i = 0; i < 4; i++) await lab.wire.js.publish(`o.${i}`, bytes);
      const facts = await lab.wire.jsm.streams.info("O", { subjects_filter: "o.>" });
      expect(facts.state.subjects).toEqual({ "o.1": 1, "o.2": 1, "o.3": 1 });
    });

    it("is purged by subject and up to a place; before place 1, by older servers of everything, by newer ones of nothing", async () => {
      const lab = inUse();
      await lab.add();
      for (const subject of ["s.a", "s.b", "s.a", "s.b", "s.a"]) await lab.wire.js.publish(subject, "");
      expect((await lab.wire.jsm.streams.purge("S", { filter: "s.a", seq: 4 })).purged).toBe(2);
      expect((await lab.wire.jsm.streams.info("S")).state).toMatchObject({
        messages: 3,
        first_seq: 2,
        last_seq: 5,
      });
      expect((await lab.wire.jsm.streams.purge("S", { filter: "s.a", seq: 4 })).purged).toBe(0);
      await lab.wire.jsm.streams.purge("S", { filter: "s.b", seq: 1 });
      expect(await lab.left()).toBe(isOlder(lab.site.version, "2.14.6") ? 1 : 3);
      expect((await lab.wire.js.publish("s.b", "")).seq).toBe(6);
    });

    it("that was never made takes nothing, and its absence passes for a server that is not there yet", async () => {
      const lab = inUse();
      expect(isPassing(await refusalOf(lab.wire.js.publish("nowhere", "")))).toBe(true);
    });

    it("keeps what it stored when its server dies; what is in memory is gone with it", async () => {
      const lab = inUse();
      await lab.add();
      await lab.add({ name: "M", subjects: ["m.>"], storage: StorageType.Memory });
      await lab.wire.js.publish("s.a", "1", { msgID: "one" });
      await lab.wire.js.publish("m.a", "1");
      await lab.site.restart();
      const again = await lab.site.connect();
      expect((await again.jsm.streams.info("S")).state).toMatchObject({ messages: 1, last_seq: 1 });
      expect((await again.js.publish("s.a", "1", { msgID: "one" })).seq).toBe(1);
      expect(isNoSuchStream(await refusalOf(again.jsm.streams.info("M")))).toBe(true);
    });
  });
}
