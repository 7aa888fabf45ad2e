import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { kernelText } from "../../../../worker/lstm/cuda/driver-device.ts";
import { fastKernels, kernelNames } from "../../../../worker/lstm/cuda/device.ts";

const script = fileURLToPath(new URL("../../../../scripts/build-cuda.mjs", import.meta.url));

describe("the text of the GPU kernels", () => {
  it("is that of the sources, and where nvcc of its version is found, what it makes of them", () => {
    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("has every kernel, for GPUs since Turing and drivers since CUDA 10", () => {
    const text = kernelText().toString();
    for (const name of kernelNames) expect(text).toContain(`.entry ${name}(`);
    expect(text).toContain(".version 6.3\n.target sm_75\n");
  });

  it("has those for tensor cores in a second part, for GPUs since Ampere and drivers since CUDA 11", () => {
    const text = kernelText("fast").toString();
    for (const name of fastKernels) expect(text).toContain(`.entry ${name}Fast(`);
    expect(text).toContain(".version 7.0\n.target sm_80\n");
    expect(kernelText().toString()).not.toContain("mma.sync");
  });
});
