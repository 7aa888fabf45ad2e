import { expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { folder } from "../support/folder-per-test.ts";
import { softwareDriver, withSoftwareCuda } from "../support/software-cuda.ts";

const brief = { SEQTUNE_TEST_GPU_CHECK: "64" };

withSoftwareCuda("doctor --gpu-check", () => {
  it("says in ten lines what the engine does on a card, and that all is well", async () => {
    const env = { ...brief, SEQTUNE_CUDA_DRIVER: softwareDriver, SOFTWARE_CUDA_CAPABILITY: "90" };
    const { code, stdout, stderr } = await runCli(["doctor", "--gpu-check"], { cwd: folder, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => line.slice(0, 36).trim())).toEqual([
      "ok       card",
      "ok       kernels",
      "ok       same as the CPU's kernels",
      "ok       lanes",
      "ok       speed, lanes: 1",
      "ok       speed, lanes: 16",
      "ok       speed, lanes: 32",
      "ok       speed, lanes: 64",
      "ok       precision fast",
      "ok       one CPU core",
    ]);
    expect(lines[0]).toContain("software CUDA (CUDA 13.0, compute capability 9.0");
    expect(lines[3]).toContain(
      "12 of 12 trials got the same bits together as alone, beside one that diverged",
    );
    expect(lines[8]).toMatch(
      /relative difference \d\.\de-[34]; 12 of 12 trials got the same bits .* steps per second/,
    );
  });
});

withSoftwareCuda("doctor --gpu-check beside a process that has the card for itself", () => {
  it("says so, and how to change that", async () => {
    const env = { ...brief, SEQTUNE_CUDA_DRIVER: softwareDriver };
    const taken = { ...env, SOFTWARE_CUDA_FAIL: "cuDevicePrimaryCtxRetain:46" };
    const { code, stdout } = await runCli(["doctor", "--gpu-check"], { cwd: folder, env: taken });
    expect(code).toBe(1);
    expect(stdout).toContain("another process has the GPU for itself");
    expect(stdout).toContain("→ end that process (nvidia-smi shows it), or: nvidia-smi -c DEFAULT");
  });
});

it("doctor --gpu-check says what is missing on a machine without a GPU, and exits with 1", async () => {
  const env = { ...brief, SEQTUNE_CUDA_DRIVER: "/no/such/libcuda.so.1" };
  const { code, stdout } = await runCli(["doctor", "--gpu-check", "--json"], { cwd: folder, env });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    findings: [
      {
        name: "engine cuda",
        status: "problem",
        found: "the NVIDIA driver's library cannot be loaded (/no/such/libcuda.so.1)",
        advice: expect.stringContaining("install the NVIDIA driver"),
      },
    ],
  });
});
