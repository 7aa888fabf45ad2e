import { engineContract } from "../contracts/engine.ts";
import { goldenContract } from "../contracts/engine-golden.ts";
import { softwareDevice, withSoftwareCuda } from "../support/software-cuda.ts";
import { CudaEngine } from "../../worker/engines/cuda.ts";

withSoftwareCuda("the engine cuda in software", () => {
  const load = () => Promise.resolve(new CudaEngine(softwareDevice()));
  engineContract("it", load);
  goldenContract("it", load);
});

withSoftwareCuda("the engine cuda in software with precision fast", () => {
  const load = () => Promise.resolve(new CudaEngine(softwareDevice("fast")));
  engineContract("it", load, { digits: 3 });
  goldenContract("it", load, { gradients: 5e-3 });
});
