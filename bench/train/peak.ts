import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadKoffi } from "../../worker/lstm/koffi.ts";
import type { NativeTarget } from "../../worker/lstm/native.ts";
import type { Shape } from "./contenders.ts";

const flags: Readonly<Record<NativeTarget, readonly string[]>> = {
  avx512: ["-mavx512f"],
  avx2: ["-mavx2", "-mfma"],
  plain: [],
};

/** Operations a second that one core does at most with the vectors of these kernels (peak.c), the best of many tries. */
export function peakOf(target: NativeTarget): number {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-peak-"));
  try {
    const library = path.join(folder, "peak.so");
    const source = fileURLToPath(new URL("peak.c", import.meta.url));
    const args = ["-std=gnu11", "-O2", "-fPIC", "-shared", ...flags[target], source, "-o", library];
    const { status, stderr } = spawnSync(process.env["CC"] ?? "cc", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`peak.c could not be compiled: ${stderr}`);
    const run = loadKoffi().load(library).func("double peak_run(double)");
    let best = 0;
    for (let attempt = 0; attempt < 50; attempt++) {
      const start = performance.now();
      const operations = Number(run(1e6));
      best = Math.max(best, (operations * 1000) / (performance.now() - start));
    }
    return best;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const gatesOf = { lstm: 4, gru: 3, rnn: 1 } as const;

/** Operations of the products of one training step, a multiplication and an addition being two. */
export function operationsOf(shape: Shape): number {
  const { window, hidden, layers, batch, features, cell = "lstm", bidirectional = false } = shape;
  const directions = bidirectional ? 2 : 1;
  const columns = gatesOf[cell] * hidden;
  let products = 0; // rows × inputs × columns
  for (let layer = 0; layer < layers; layer++) {
    const below = layer === 0 ? features : hidden * directions;
    const back = (layer === 0 ? 0 : below) * window + hidden * (window - 1);
    products += directions * batch * columns * (2 * window * (below + hidden) + back);
  }
  return 2 * products;
}
