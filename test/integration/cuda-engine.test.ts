import { engineContract } from "../contracts/engine.ts";
import { goldenContract } from "../contracts/engine-golden.ts";
import { goldenNetworks } from "../support/golden.ts";
import { softwareDevice, withSoftwareCuda } from "../support/software-cuda.ts";
import { CudaEngine } from "../../worker/engines/cuda.ts";

const cells = ["lstm"] as const;
const networks = goldenNetworks.filter((name) => !/gru|rnn/.test(name));

withSoftwareCuda("the engine cuda in software", () => {
  const load = () => Promise.resolve(new CudaEngine(softwareDevice()));
  engineContract("it", load, cells);
  goldenContract("it", load, networks);
});
