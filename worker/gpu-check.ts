/** Tells the process that forked this one, step by step, how the engine cuda does on this machine's GPU. */
import { loadCuda } from "./engines/cuda.ts";
import { checkGpu, type GpuStep } from "./engines/cuda-check.ts";
import { loadEngine } from "./engines/registry.ts";
import { CudaTrouble } from "./lstm/cuda/trouble.ts";
import { EngineUnavailable } from "./engines/unavailable.ts";

// For tests of the check itself: small models, at most this many lanes.
const [most] = process.argv.slice(2).map(Number);
const options =
  most === undefined
    ? ({ seconds: 5, lanes: Infinity, size: "full" } as const)
    : ({ seconds: 0.01, lanes: most, size: "small" } as const);
const tell = (step: GpuStep): void => void process.send?.(step);

try {
  const cpu = await loadEngine("fused");
  await checkGpu(loadCuda, cpu, options, tell);
} catch (error) {
  tell({ name: "engine cuda", ok: false, ...troubleOf(error) });
}
process.disconnect?.();

function troubleOf(error: unknown): Pick<GpuStep, "found" | "remedy"> {
  if (error instanceof EngineUnavailable) return { found: error.reason, remedy: error.remedy };
  if (error instanceof CudaTrouble) return { found: error.message, remedy: error.remedy };
  return { found: error instanceof Error ? error.message : String(error) };
}
