import { describe, expect, it } from "vitest";
import { failureOf } from "../../../worker/training/failures.ts";

describe("what an engine throws", () => {
  // As TensorFlow, its CUDA libraries, V8 and WebAssembly word it.
  it.each([
    "OOM when allocating tensor with shape[128,3072] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc",
    "Invalid TF_Status: 8\nMessage: failed to allocate memory",
    "failed to allocate 2.00G (2147483648 bytes) from device: CUDA_ERROR_OUT_OF_MEMORY: out of memory",
    "CUDNN_STATUS_ALLOC_FAILED",
    "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1073741824 bytes",
    "Array buffer allocation failed",
    "Invalid typed array length: 9007199254740991",
    "WebAssembly.Memory.grow(): Maximum memory size exceeded",
  ])("is out of memory where it says %j", (message) => {
    expect(failureOf(new Error(message))).toEqual({ kind: "failed", failure: "out_of_memory", message });
  });

  it.each(["no room for the layer", "Invalid TF_Status: 3\nMessage: Incompatible shapes", "zoom"])(
    "is an error otherwise: %j",
    (message) => {
      expect(failureOf(new Error(message)).failure).toBe("error");
    },
  );
});
