import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Params, Space } from "../../search/space.ts";
import { compile } from "./evaluate.ts";
import { parseOnnx } from "./onnx.ts";

/** The search space of lcbench_config_space.json without the task, at the full 52 epochs. */
export const LCBENCH_SPACE: Space = {
  parameters: [
    { name: "batch_size", domain: { kind: "int", min: 16, max: 512, scale: "log", step: 1 }, when: [] },
    { name: "learning_rate", domain: { kind: "float", min: 1e-4, max: 0.1, scale: "log" }, when: [] },
    { name: "momentum", domain: { kind: "float", min: 0.1, max: 0.99, scale: "linear" }, when: [] },
    { name: "weight_decay", domain: { kind: "float", min: 1e-5, max: 0.1, scale: "linear" }, when: [] },
    { name: "num_layers", domain: { kind: "int", min: 1, max: 5, scale: "linear", step: 1 }, when: [] },
    { name: "max_units", domain: { kind: "int", min: 64, max: 1024, scale: "log", step: 1 }, when: [] },
    { name: "max_dropout", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] },
  ],
};

export const LCBENCH_EPOCHS = 52;

/** Code of each task in the model's input `x_cat`. */
const ENCODING = z.object({ OpenML_task_id: z.record(z.string(), z.number()) });

const FILES = ["lcbench.onnx", "lcbench_encoding.json"] as const;

export interface LcBench {
  readonly tasks: readonly string[];
  /** Validation accuracy in percent, and the training time in seconds, after `epochs` (default 52). */
  evaluate(
    task: string,
    params: Params,
    epochs?: number,
  ): { readonly accuracy: number; readonly seconds: number };
}

/** Loads the surrogate of LCBench (YAHPO Gym, Pfisterer et al. 2022) from a folder. */
export function loadLcBench(folder: string): LcBench {
  for (const file of FILES) {
    if (existsSync(join(folder, file))) continue;
    throw new Error(
      `${join(folder, file)} is missing: give the folder with --benchmarks DIR. ` +
        "It is model.onnx or encoding.json of the folder lcbench in slds-lmu/yahpo_data on GitHub (Apache-2.0).",
    );
  }
  const model = compile(parseOnnx(readFileSync(join(folder, FILES[0]))));
  const encoding = ENCODING.parse(JSON.parse(readFileSync(join(folder, FILES[1]), "utf8"))).OpenML_task_id;
  return {
    // 167083 and #na# are in the encoding and not in the benchmark's list of tasks.
    tasks: Object.keys(encoding).filter((task) => task !== "#na#" && task !== "167083"),
    evaluate(task, params, epochs = LCBENCH_EPOCHS) {
      const code = encoding[task];
      if (code === undefined) throw new RangeError(`"${task}" is not a task of LCBench`);
      const row = LCBENCH_SPACE.parameters.map(({ name }) => Math.fround(Number(params[name])));
      const out = model({ x_cat: Float64Array.of(code), x_cont: Float64Array.of(epochs, ...row) });
      return { accuracy: out[1]!, seconds: out[0]! };
    },
  };
}
