import { describe, expect, it } from "vitest";
import { type Site, useSite } from "./site.ts";

/** Reading from a place on, and what a connection goes through. */
export function connectionContract(name: string, open: () => Promise<Site>): void {
  describe(`a reader of ${name}`, () => {
    const inUse = useSite(open);

    it("reads what there is from a place on, then what comes, and hears how much is left", async () => {
      const lab = inUse();
      await lab.add();
      for (const [index, subject] of ["s.a", "s.b", "s.a", "s.a"].entries())
        await lab.wire.js.publish(subject, String(index));
      const reading = await lab.wire.js.consumers.get("S", { filter_subjects: "s.a", opt_start_seq: 2 });
      expect((await reading.info(true)).num_pending).toBe(2);
      const messages = await reading.consume({ max_messages: 100 });
      const seen: [number, string, number][] = [];
      for await (const message of messages) {
        seen.push([message.seq, message.string(), message.info.pending]);
        if (seen.length === 2) await lab.wire.js.publish("s.a", "new");
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
    const inUse = useSite(open);

    it("mends itself when its server comes back, and what it subscribed to is heard again", async () => {
      const lab = inUse();
      await lab.add();
      const states: string[] = [];
      const statuses = lab.wire.nc.status()[Symbol.asyncIterator]();
      const heard: string[] = [];
      lab.wire.nc.subscribe("s.>", { callback: (_error, message) => heard.push(message.string()) });
      await lab.wire.nc.flush();
      await lab.site.restart();
      while (states.at(-1) !== "reconnect") {
        const { type } = (await statuses.next()).value as { readonly type: string };
        if (type === "disconnect" || type === "reconnect") states.push(type);
      }
      expect(states).toEqual(["disconnect", "reconnect"]);
      await lab.wire.js.publish("s.a", "again");
      await lab.wire.nc.flush();
      expect(heard).toEqual(["again"]);
      await lab.wire.nc.close();
      expect(lab.wire.nc.isClosed()).toBe(true);
    });
  });
}
