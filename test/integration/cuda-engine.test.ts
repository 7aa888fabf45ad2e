import { expect, it } from "vitest";
import { engineContract } from "../contracts/engine.ts";
import { settings, train } from "../contracts/engine-training.ts";
import { goldenContract } from "../contracts/engine-golden.ts";
import { goldenNetworks } from "../support/golden.ts";
import { softwareDevice, withSoftwareCuda } from "../support/software-cuda.ts";
import { CudaEngine } from "../../worker/engines/cuda.ts";

const cells = ["lstm"] as const;
const networks = goldenNetworks.filter((name) => !/gru|rnn/.test(name));

withSoftwareCuda("the engine cuda in software", () => {
  const load = () => Promise.resolve(new CudaEngine(softwareDevice()));
  engineContract("it", load, cells);
  goldenContract("it", load, networks, ["quantile"]);

  it("refuses a loss that its kernels do not have", async () => {
    const quantiles = train(await load(), settings({ loss: "quantile", quantiles: [0.1, 0.5, 0.9] }));
    await expect(quantiles).rejects.toThrow(
      "the engine cuda does not train loss: quantile; set loss: mae, or take another engine (--engine auto)",
    );
  });
});
