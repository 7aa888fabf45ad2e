import { describe, expect, it } from "vitest";
import { isOlder } from "../../../worker/protocol/nats/link/server-check.ts";
import { ackWaitMs, queue, textOf, type Site, useSite } from "./site.ts";

/** Work that one of many pulls. */
export function queueContract(name: string, open: () => Promise<Site>): void {
  describe(`a queue of ${name}`, () => {
    const inUse = useSite(open);

    it("gives each message to one, and takes it off when that one is done", async () => {
      const lab = inUse();
      await lab.addQueue();
      expect(textOf(await lab.pull(null))).toBe("empty");
      for (const text of ["1", "2"]) await lab.wire.js.publish(`s.${text}`, text);
      const facts = await lab.wire.jsm.consumers.add("S", queue);
      expect([facts.num_pending, facts.num_ack_pending]).toEqual([2, 0]);
      const second = await lab.site.connect();
      const [one, other] = [await lab.pull(null), await lab.pull(null, second)];
      expect([textOf(one), textOf(other), textOf(await lab.pull(null))]).toEqual(["1", "2", "empty"]);
      if (one.kind === "message") await one.message.ack();
      if (other.kind === "message") other.message.term();
      await second.nc.flush();
      expect(await lab.left()).toBe(0);
      expect((await lab.wire.jsm.consumers.add("S", queue)).delivered.stream_seq).toBe(2);
    });

    it("gives a message to the one that waits for it, and nothing to one that waited too long", async () => {
      const lab = inUse();
      await lab.addQueue();
      expect(textOf(await lab.pull(200))).toBe("empty");
      const waiting = lab.pull(5_000);
      await lab.wire.nc.flush();
      await lab.wire.js.publish("s.1", "1");
      expect(textOf(await waiting)).toBe("1");
    });

    it("gives a message again after a refusal, or a silence, but not while its holder is at it", async () => {
      const lab = inUse();
      await lab.addQueue();
      await lab.wire.js.publish("s.1", "1");
      const refused = await lab.pull(null);
      if (refused.kind === "message") refused.message.nak(0);
      const silent = await lab.pull(5_000);
      expect(textOf(silent)).toBe("1");
      for (let i = 0; i < 6; i++) {
        await lab.wait(ackWaitMs / 2);
        if (silent.kind === "message") silent.message.working();
        expect(textOf(await lab.pull(null))).toBe("empty");
      }
      expect(textOf(await lab.pull(5_000))).toBe("1");
      if (silent.kind === "message") await silent.message.ack(); // it has lost the message, and the server accepts that
      expect(await lab.left()).toBe(0);
    });

    it("that does not exist gives no answer, or that one; one that is deleted notifies those that wait", async () => {
      const lab = inUse();
      await lab.addQueue();
      const absent = isOlder(lab.site.version, "2.10.0") ? "empty" : "missing";
      expect(textOf(await lab.pull(null, lab.wire, "other", 200))).toBe(absent);
      const waiting = lab.pull(5_000);
      await lab.wire.nc.flush();
      await lab.wire.jsm.consumers.delete("S", "q");
      expect(textOf(await waiting)).toBe("missing");
    });

    it("gives a message that was held when its server died to another worker", async () => {
      const lab = inUse();
      await lab.addQueue();
      await lab.wire.js.publish("s.1", "1");
      expect(textOf(await lab.pull(null))).toBe("1");
      await lab.site.restart();
      expect(textOf(await lab.pull(5_000, await lab.site.connect()))).toBe("1");
    });
  });
}
