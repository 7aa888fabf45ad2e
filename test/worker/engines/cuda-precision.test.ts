import { afterEach, expect, it } from "vitest";
import { settings, train } from "../../contracts/engine-training.ts";
import { softwareDriver, withSoftwareCuda } from "../../support/software-cuda.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";

afterEach(() => {
  delete process.env["SEQTUNE_CUDA_DRIVER"];
  delete process.env["SOFTWARE_CUDA_CAPABILITY"];
});

async function lossesOn(capability: string, engine: string) {
  process.env["SEQTUNE_CUDA_DRIVER"] = softwareDriver;
  process.env["SOFTWARE_CUDA_CAPABILITY"] = capability;
  const loaded = await loadEngine(engine);
  const { losses } = await train(loaded, settings());
  loaded.dispose();
  return { losses, info: loaded.info };
}

withSoftwareCuda("precision fast", () => {
  it("multiplies on tensor cores where the GPU has them for TF32", async () => {
    const { info, losses } = await lossesOn("86", "cuda:fast");
    expect(info).toMatchObject({
      backend: "cuda-tf32",
      device: "software CUDA",
      version: expect.stringContaining("TF32 on tensor cores"),
    });
    const single = await lossesOn("86", "cuda");
    expect(single.info.backend).toBe("cuda");
    expect(losses).not.toEqual(single.losses);
    expect(losses[1]! / single.losses[1]!).toBeCloseTo(1, 3);
  });

  it("is single precision on an older GPU, which says so", async () => {
    const { info, losses } = await lossesOn("75", "cuda:fast");
    expect(info).toMatchObject({
      backend: "cuda, no TF32",
      device:
        "software CUDA, in single precision (precision fast needs compute capability 8.0, this GPU has 7.5)",
    });
    expect(losses).toEqual((await lossesOn("75", "cuda")).losses);
  });
});
