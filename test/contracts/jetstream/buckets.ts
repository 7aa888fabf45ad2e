import { describe, expect, it } from "vitest";
import { isLostRace } from "../../../worker/protocol/nats/link/api-errors.ts";
import { refusalOf, type Site, useSite } from "./site.ts";

/** Keys with values, by compare-and-set. */
export function bucketContract(name: string, open: () => Promise<Site>): void {
  describe(`a bucket of ${name}`, () => {
    const inUse = useSite(open);

    it("is written by compare-and-set", async () => {
      const lab = inUse();
      await lab.addBucket();
      const bucket = await lab.wire.bucket("B");
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

    it("sends subscribers every write, even one that it refuses", async () => {
      const lab = inUse();
      await lab.addBucket();
      const heard: string[] = [];
      const other = await lab.site.connect();
      other.nc.subscribe("$KV.B.k", { callback: (_error, message) => heard.push(message.string()) });
      await other.nc.flush();
      const bucket = await lab.wire.bucket("B");
      await bucket.create("k", "1");
      await refusalOf(bucket.create("k", "2"));
      await other.nc.flush();
      expect(heard).toEqual(["1", "2"]);
    });
  });
}
