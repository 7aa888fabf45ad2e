import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import type { CudaDevice, Precision } from "../../worker/lstm/cuda/device.ts";
import { loadDriver } from "../../worker/lstm/cuda/driver.ts";
import { openDevice } from "../../worker/lstm/cuda/driver-device.ts";

/** The CUDA driver in software (worker/lstm/cuda/software), built where there is a C++ compiler. */
export const softwareDriver = fileURLToPath(new URL("../.build/libcuda-software.so", import.meta.url));

const built = spawnSync(
  process.execPath,
  [fileURLToPath(new URL("../../scripts/build-cuda.mjs", import.meta.url)), "--software", softwareDriver],
  { encoding: "utf8" },
);

/** `fast`: a GPU that has tensor cores. */
export function softwareDevice(precision: Precision = "single"): CudaDevice {
  if (precision === "single") return openDevice(loadDriver(softwareDriver));
  const before = process.env[capability];
  process.env[capability] = "80";
  try {
    return openDevice(loadDriver(softwareDriver), precision);
  } finally {
    if (before === undefined) delete process.env[capability];
    else process.env[capability] = before;
  }
}

const capability = "SOFTWARE_CUDA_CAPABILITY";

/** Tests that need the driver in software; reported as not run where it cannot be built. */
export function withSoftwareCuda(name: string, act: () => void): void {
  if (built.status === 0) describe(name, act);
  else it.skip(`${name}: not run, ${built.stderr.trim()}`, () => {});
}
