import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { asCsv } from "../../../worker/data/formats/as-csv.ts";

const text = async (bytes: Uint8Array): Promise<string> => Buffer.from(await asCsv(bytes)).toString();

describe("a compressed data file", () => {
  it("of several gzip members is read whole, as gzip reads it (RFC 1952, section 2.2)", async () => {
    const file = Buffer.concat(["y\n1234\n", "5678\n"].map((part) => gzipSync(part)));
    expect(await text(file)).toBe("y\n1234\n5678\n");
  });

  it("of several Zstandard frames is read whole, as zstd reads it (RFC 8878, section 3)", async () => {
    // Written by zstd, one file appended to another.
    const frames = "28b52ffd0458410000612c620a312c320a35e7cace28b52ffd0458210000332c340aaf867ee4";
    expect(await text(Buffer.from(frames, "hex"))).toBe("a,b\n1,2\n3,4\n");
  });
});
