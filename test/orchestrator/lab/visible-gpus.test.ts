import { describe, expect, it } from "vitest";
import { checkVisible } from "../../../orchestrator/lab/visible-gpus.ts";

const visible = (list: string): NodeJS.ProcessEnv => ({ CUDA_VISIBLE_DEVICES: list });

describe("GPUs that a worker may use", () => {
  it("are all of the machine's where nothing limits them", () => {
    expect(() => checkVisible(["0", "7"], {})).not.toThrow();
  });

  it("are those that Slurm or a person left visible", () => {
    expect(() => checkVisible(["3", "2", "3"], visible("2, 3"))).not.toThrow();
    expect(() => checkVisible([], visible("2,3"))).not.toThrow();
    expect(() => checkVisible(["0", "1"], visible("1,3"))).toThrow(
      "--gpu 0,1: GPU 0 is not among those that CUDA_VISIBLE_DEVICES=1,3 leaves to this process. Use --gpu 1,3, or",
    );
    expect(() => checkVisible(["1"], visible("11"))).toThrow("GPU 1 is not among");
  });

  it("are recognized by the first letters of their UUIDs, as in CUDA", () => {
    expect(() => checkVisible(["GPU-8f1c"], visible("GPU-8f1c22aa-01"))).not.toThrow();
    expect(() => checkVisible(["GPU-8f1c22aa-01"], visible("GPU-8f1c"))).not.toThrow();
    expect(() => checkVisible(["GPU-9"], visible("GPU-8f1c"))).toThrow("GPU GPU-9 is not among");
    expect(() => checkVisible(["0"], visible("GPU-8f1c"))).toThrow("Use --gpu GPU-8f1c,");
  });

  it.each(["", "-1", "NoDevFiles", "-1,0"])("are none under CUDA_VISIBLE_DEVICES=%s", (list) => {
    expect(() => checkVisible(["0"], visible(list))).toThrow("Run where there is a GPU, or leave --gpu out,");
  });
});
