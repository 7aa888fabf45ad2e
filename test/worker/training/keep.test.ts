import { describe, expect, it } from "vitest";
import { Keep } from "../../../worker/training/keep.ts";

describe("what is kept", () => {
  it("is what was used last, up to the limit", () => {
    const keep = new Keep<string>(10);
    keep.put("a", "first", 4);
    keep.put("b", "second", 4);
    expect(keep.get("a")).toBe("first");
    keep.put("c", "third", 4);
    expect(["a", "b", "c"].map((key) => keep.get(key))).toEqual(["first", undefined, "third"]);
  });

  it("is the newest whatever its size, and nothing twice", () => {
    const keep = new Keep<string>(10);
    keep.put("a", "old", 6);
    keep.put("a", "new", 6);
    expect(keep.get("a")).toBe("new");
    keep.put("large", "large", 100);
    expect([keep.get("a"), keep.get("large")]).toEqual([undefined, "large"]);
  });
});
