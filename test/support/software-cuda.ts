import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import type { CudaDevice } from "../../worker/lstm/cuda/device.ts";
import { loadDriver } from "../../worker/lstm/cuda/driver.ts";
import { openDevice } from "../../worker/lstm/cuda/driver-device.ts";

/** The CUDA driver in software (worker/lstm/cuda/software), built where there is a C++ compiler. */
export const softwareDriver = fileURLToPath(new URL("../.build/libcuda-software.so", import.meta.url));

const built = spawnSync(
  process.execPath,
  [fileURLToPath(new URL("../../scripts/build-cuda.mjs", import.meta.url)), "--software", softwareDriver],
  { encoding: "utf8" },
);

export function softwareDevice(): CudaDevice {
  return openDevice(loadDriver(softwareDriver));
}

/** Tests that need the driver in software; reported as not run where it cannot be built. */
export function withSoftwareCuda(name: string, act: () => void): void {
  if (built.status === 0) describe(name, act);
  else it.skip(`${name}: not run, ${built.stderr.trim()}`, () => {});
}
