import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { folder } from "../support/folder-per-test.ts";
import { softwareDriver, withSoftwareCuda } from "../support/software-cuda.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Trial } from "../../storage/store.ts";

const sweep = (lanes: number): string => `
name: lanes
method: grid
metric: { name: val_mse }
data: { file: wave.csv, targets: [y], window: 8, horizon: 1 }
model: { batch_size: 16 }
parameters:
  hidden: { values: [3, 5] }
  layers: { values: [1, 2] }
  learning_rate: { values: [0.01, 0.03] }
budget: { trials: 8, epochs: 3 }
workers: { count: 1, engine: cuda, lanes: ${lanes}, precision: fast }
`;

/** Runs the sweep in a database of its own. */
async function trialsWith(lanes: number): Promise<{
  readonly trials: readonly Trial[];
  readonly workers: Set<string>;
  readonly engines: Set<string | null>;
}> {
  const rows = Array.from({ length: 150 }, (_, t) => (Math.sin(t / 4) + 0.05 * ((t * 7919) % 13)).toFixed(4));
  writeFileSync(path.join(folder, "wave.csv"), `y\n${rows.join("\n")}\n`);
  writeFileSync(path.join(folder, `${lanes}.yaml`), sweep(lanes));
  const db = path.join(folder, `${lanes}.db`);
  const { code, stderr } = await runCli(["run", `${lanes}.yaml`, "--db", db], {
    cwd: folder,
    env: { SEQTUNE_CUDA_DRIVER: softwareDriver, SOFTWARE_CUDA_CAPABILITY: "80" },
  });
  expect({ code, stderr: stderr.replaceAll(/^.*(?:note|warning).*$/gm, "") }).toMatchObject({ code: 0 });
  expect(stderr).not.toContain("MaxListeners");
  const store = openStore(db, { readonly: true });
  try {
    const study = store.findStudy("lanes")!.id;
    const trials = store.trials(study);
    const workers = new Set(store.workers(study).map(({ id }) => id));
    const engines = new Set(store.workers(study).map(({ engine }) => engine));
    return { trials, workers, engines };
  } finally {
    store.close();
  }
}

withSoftwareCuda("a sweep on one GPU", () => {
  it("trains as many trials at once as it has lanes, each as if it were alone", async () => {
    const alone = await trialsWith(1);
    const together = await trialsWith(4);
    expect(together.engines).toEqual(new Set(["fused/cuda-tf32"]));
    expect(alone.workers).toEqual(new Set(["local-1"]));
    expect(together.workers).toEqual(new Set(["local-1", "local-1-lane2", "local-1-lane3", "local-1-lane4"]));
    const results = ({ trials }: typeof alone) =>
      trials.map(({ params, state, value }) => ({ params, state, value }));
    expect(results(together)).toEqual(results(alone));
    expect(results(alone)).toHaveLength(8);
    expect(new Set(alone.trials.map(({ state }) => state))).toEqual(new Set(["complete"]));
  });
});
