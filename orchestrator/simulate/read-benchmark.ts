import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Recording } from "./recorded.ts";

const benchmarkSchema = z.object({
  task: z.string(),
  hyperparameters: z.array(z.string()).min(1),
  configs: z.array(z.array(z.union([z.number(), z.string(), z.boolean()]))),
  valid_loss: z.array(z.array(z.number().nullable()).min(1)).min(1),
  metrics: z.record(z.string(), z.array(z.union([z.number(), z.array(z.number().nullable())]))).default({}),
});

/**
 * Curves of a JSON file as the TaskSet part of DPL has them (github.com/releaunifreiburg/DPL, data/taskset):
 * `{task, hyperparameters: [names], configs: [[values]], valid_loss: [[loss after each epoch]]}`; other metrics may stand beside them,
 * `metrics: {name: [of each config a number, or one after each epoch]}`. An epoch counts as one second. Throws `UserError`.
 */
export async function readBenchmark(file: string): Promise<Recording> {
  const parsed = benchmarkSchema.safeParse(await readJson(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError(
      `${file} does not hold recorded curves: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}; ` +
        "it needs task, hyperparameters, configs and valid_loss",
    );
  }
  const { task, hyperparameters, configs, valid_loss: losses, metrics } = parsed.data;
  if (configs.length !== losses.length) {
    throw new UserError(`${file} has ${configs.length} configs but ${losses.length} curves in valid_loss`);
  }
  for (const [name, ofConfigs] of Object.entries(metrics)) {
    if (ofConfigs.length === configs.length) continue;
    throw new UserError(
      `${file} has ${configs.length} configs but metrics.${name} has ${ofConfigs.length}; give one for each config`,
    );
  }
  const curves = losses.map((values, index) => ({
    params: Object.fromEntries(
      hyperparameters.map((name, column) => [name, configs[index]![column] ?? null]),
    ),
    values,
    metrics: values.map((_, at) => metricsAt(metrics, index, at)),
    seconds: values.map(() => 1),
  }));
  return { name: task, metric: "val_loss", goal: "minimize", curves };
}

/** Those that are finite after epoch `at` + 1 of a config. */
function metricsAt(
  metrics: z.infer<typeof benchmarkSchema>["metrics"],
  config: number,
  at: number,
): Readonly<Record<string, number>> {
  const found = Object.entries(metrics).map(([name, ofConfigs]) => {
    const known = ofConfigs[config]!;
    return [name, typeof known === "number" ? known : (known[at] ?? null)] as const;
  });
  return Object.fromEntries(found.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new UserError(`the file of recorded curves ${path.basename(file)} ${why}: ${file}`, { cause });
  }
}
