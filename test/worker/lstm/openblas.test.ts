import { describe, expect, it } from "vitest";
import { coreFor } from "../../../worker/lstm/openblas.ts";

describe("the core whose kernels OpenBLAS is told to take", () => {
  const avx2 = ["sse2", "avx", "fma", "avx2"];
  const avx512 = [...avx2, "avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"];

  it.each([
    [avx512, "SkylakeX"],
    [[...avx2, "avx512f"], "Haswell"], // Knights Landing
    [avx2, "Haswell"],
    [["sse2", "avx"], null],
    [[], null],
  ])("for a CPU with %j is %s", (flags, core) => expect(coreFor(new Set(flags))).toBe(core));
});
