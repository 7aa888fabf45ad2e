import { afterEach, expect, it } from "vitest";
import { softwareDevice, softwareDriver, withSoftwareCuda } from "../../../support/software-cuda.ts";
import { loadDriver } from "../../../../worker/lstm/cuda/driver.ts";
import { CudaEngine } from "../../../../worker/engines/cuda.ts";
import { settings } from "../../../contracts/engine-training.ts";
import { autoregressive } from "../../../support/sequence-problems.ts";
import { CudaTrouble } from "../../../../worker/lstm/cuda/trouble.ts";
import { loadEngine } from "../../../../worker/engines/registry.ts";

const variables = ["FAIL", "GPUS", "MEMORY"].map((name) => `SOFTWARE_CUDA_${name}`);
const mine = [...variables, "CUDA_VISIBLE_DEVICES", "SEQTUNE_CUDA_DRIVER"];
afterEach(() => {
  for (const name of mine) delete process.env[name];
});

function troubleWith(failure: string): CudaTrouble {
  process.env["SOFTWARE_CUDA_FAIL"] = failure;
  try {
    softwareDevice().alloc(100);
  } catch (error) {
    if (error instanceof CudaTrouble) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

it("without the NVIDIA driver the engine cuda says which file is missing and what to install", async () => {
  process.env["SEQTUNE_CUDA_DRIVER"] = "/no/such/libcuda.so.1";
  await expect(loadEngine("cuda")).rejects.toThrow(
    "engine cuda cannot be used: the NVIDIA driver's library cannot be loaded (/no/such/libcuda.so.1). To get it: install the NVIDIA driver",
  );
});

withSoftwareCuda("trouble with the GPU", () => {
  it.each([
    ["cuInit:100", "finds no GPU", "CUDA_VISIBLE_DEVICES"],
    ["cuInit:803", "different versions", "reboot"],
    ["cuInit:802", "not ready", "nvidia-fabricmanager"],
    ["cuInit:34", "stub", "LD_LIBRARY_PATH"],
    ["cuInit:804", "compatibility package", "LD_LIBRARY_PATH"],
    ["cuInit:304", "operating system refused", "/dev/nvidia*"],
    ["cuDeviceGet:100", "finds no GPU", "/dev/nvidia*"],
    ["cuDeviceGet:101", "no GPU of that number", "nvidia-smi -L"],
    ["cuDevicePrimaryCtxRetain:46", "compute mode exclusive", "nvidia-smi -c DEFAULT"],
    ["cuDevicePrimaryCtxRetain:800", "may not use the GPU", "/dev/nvidia*"],
    ["cuDevicePrimaryCtxRetain:2", "out of memory", "which other process uses it"],
    ["cuModuleLoadData:222", "driver is older", "driver 450 or newer"],
    ["cuModuleLoadData:218", "driver is older", "driver 450 or newer"],
    ["cuModuleLoadData:209", "GPU is older", "7.5 or newer"],
    ["cuMemAlloc_v2:2", "out of memory", "nvidia-smi"],
    ["cuMemAlloc_v2:999", "no longer answers", "dmesg"],
    ["cuMemAlloc_v2:214", "no longer answers", "nvidia-smi --gpu-reset"],
    ["cuMemAlloc_v2:12345", "reports an error", "seqtune doctor"],
  ])("%s is said in words, with the next step", (failure, reason, remedy) => {
    const trouble = troubleWith(failure);
    expect(trouble.message).toContain(reason);
    expect(trouble.message).toMatch(/\(cu\w+: CUDA_\w+, \d+\)$/);
    expect(trouble.remedy).toContain(remedy);
  });

  it.each([
    ["cuLaunchKernel:999:40", "the GPU no longer answers (cuLaunchKernel: CUDA_ERROR_OF_THE_SOFTWARE, 999)"],
    ["cuStreamQuery:719:3", "a kernel of seqtune failed on the GPU (cuStreamQuery"],
    ["cuMemcpyDtoH_v2:214:2", "the GPU no longer answers (cuMemcpyDtoH_v2"],
  ])("in the middle of a training (%s) ends all that train there, in words", async (failure, words) => {
    process.env["SOFTWARE_CUDA_FAIL"] = failure;
    const engine = new CudaEngine(softwareDevice());
    const trainings = [1, 2].map((seed) =>
      engine.train(
        { model: settings(), train: autoregressive(40, 4), seed, epochs: 50 },
        { onEpoch: () => Promise.resolve("go on") },
        new AbortController().signal,
      ),
    );
    const reason = expect.objectContaining({ message: expect.stringContaining(words) });
    expect(await Promise.allSettled(trainings)).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
  });

  it("of several equal GPUs the one that CUDA_VISIBLE_DEVICES shows is used", () => {
    process.env["SOFTWARE_CUDA_GPUS"] = "8";
    process.env["CUDA_VISIBLE_DEVICES"] = "5,2";
    expect(softwareDevice().description).toContain("0000:06:00.0");
    process.env["CUDA_VISIBLE_DEVICES"] = "MIG-GPU-1234-3";
    expect(softwareDevice().description).toContain("0000:04:00.0");
    process.env["CUDA_VISIBLE_DEVICES"] = "9";
    expect(() => softwareDevice()).toThrow("no GPU of that number");
  });

  it("a library without the driver's functions is an old driver", () => {
    expect(() => loadDriver("libc.so.6")).toThrow("the NVIDIA driver has no cuInit");
    expect(loadDriver(softwareDriver)).toBeDefined();
  });

  it("a model that does not fit says how much it needs and how much there is", async () => {
    process.env["SOFTWARE_CUDA_MEMORY"] = String(2 ** 24);
    const engine = new CudaEngine(softwareDevice());
    const job = { model: settings({ hidden: 8 }), train: autoregressive(40, 2000), seed: 1, epochs: 1 };
    const training = engine.train(
      job,
      { onEpoch: () => Promise.resolve("go on") },
      new AbortController().signal,
    );
    await expect(training).rejects.toThrow(
      /needs 0\.\d GiB and cannot have it \(software CUDA has 0\.\d GiB free\)/,
    );
  });
});
