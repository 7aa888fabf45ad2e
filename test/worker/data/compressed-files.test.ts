import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../worker/data/errors.ts";
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

describe("a damaged data file", () => {
  const foreign = (name: string): Buffer => readFileSync(new URL(`foreign-files/${name}`, import.meta.url));

  /** What each of `count` files with one bit turned over, behind the mark of their format, is read as: the same, an error, or other values. */
  async function outcomes(file: Buffer, count: number): Promise<Readonly<Record<string, number>>> {
    const whole = await text(file);
    const found = { same: 0, refused: 0, misread: 0 };
    for (let i = 0; i < count; i++) {
      const damaged = Buffer.from(file);
      damaged[4 + Math.floor(((i + 0.5) * (file.length - 4)) / count)]! ^= 1 << (i % 8);
      try {
        found[(await text(damaged)) === whole ? "same" : "misread"]++;
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        found.refused++;
      }
    }
    return found;
  }

  const numbers = Array.from({ length: 500 }, (_, i) => `${i},${((i * 7919) % 1009) / 8}`).join("\n");

  it.each([
    ["gzip", gzipSync(`t,y\n${numbers}\n`)],
    ["Zstandard with a checksum", foreign("checksum.csv.zst")],
    ["an Excel workbook", foreign("sheet.xlsx")],
    ["Parquet whose pages have checksums", foreign("checksums.parquet")],
  ])("of %s is read as it was or refused, never as other values", async (_, file) => {
    const found = await outcomes(file, 60);
    expect(found).toMatchObject({ misread: 0 });
    expect(found["refused"]).toBeGreaterThan(20);
  });

  it("of frames with others to be skipped, as pzstd writes them, is read whole", async () => {
    const skipped = Buffer.from("502a4d180400000001020304", "hex");
    const whole = foreign("packed.csv.zst");
    expect(await text(Buffer.concat([skipped, whole]))).toBe(await text(whole));
    await expect(text(Buffer.concat([whole, whole.subarray(0, -3)]))).rejects.toThrow("it is cut off");
  });
});
