/**
 * What keeping all folds' networks as a committee is worth on test samples, beside a single network of them and one
 * network trained on the ordinary split.
 *
 *   npx tsx bench/folds.ts [--seeds 5]
 *
 * Prints Markdown (bench/results/folds.md).
 */
import { protocolVersion } from "../worker/protocol/assignment.ts";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { prepareData, prepareFolds } from "../worker/data/prepare.ts";
import { readTable } from "../worker/data/file/table.ts";
import { FusedEngine } from "../worker/engines/fused.ts";
import { readTrainedModel } from "../worker/model/trained-model.ts";
import { trialSettingsSchema, type TrialSettings } from "../worker/protocol/settings.ts";
import { meanOf } from "../worker/training/committee.ts";
import { createSession } from "../worker/training/session.ts";
import { machineLine } from "./machine.ts";

const { values: options } = parseArgs({ options: { seeds: { type: "string", default: "5" } } });
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const engine = new FusedEngine();
const { signal } = new AbortController();

const common = { optimizer: "adamw", schedule: "cosine", schedule_epochs: 60, clip_norm: 1 } as const;
const problems = [
  {
    name: "Italy power demand, 10 folds of 67 samples",
    file: "italy_power_demand_wide.csv",
    data: { task: "binary", layout: "wide", targets: ["label"], split: { column: "split" }, folds: 10 },
    model: { ...common, loss: "binary_crossentropy", hidden: 32, learning_rate: 0.01, batch_size: 32 },
  },
  {
    name: "Japanese vowels, 5 folds of 270 samples",
    file: "japanese_vowels_long.csv",
    data: {
      task: "multiclass",
      layout: "long",
      series_id: "series_id",
      step: "t",
      targets: ["label"],
      features: Array.from({ length: 12 }, (_, i) => `lpc${i + 1}`),
      split: { column: "split" },
      folds: 5,
    },
    model: { ...common, loss: "categorical_crossentropy", hidden: 32, learning_rate: 0.01, batch_size: 32 },
  },
] as const;

/** The networks of the best epoch by validation loss. */
async function trained(bytes: Uint8Array, settings: TrialSettings, seed: number) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const { end, model } = await createSession(engine).run(
    {
      data: bytes,
      assignment: {
        kind: "trial",
        version: protocolVersion,
        ref: { study: "bench", trial: 0, attempt: 1 },
        settings,
        data: { sha256, bytes: bytes.byteLength },
        seed,
        epochs: 60,
        metric: { name: "val_loss", goal: "minimize" },
        checkpoint_seconds: null,
      },
    },
    { progress: () => {}, interruption: () => null },
  );
  if (model === undefined) throw new Error(`no model: ${JSON.stringify(end)}`);
  return readTrainedModel(model.bytes).members;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
const figures = (values: readonly number[]): string =>
  `${mean(values).toFixed(4)} (${Math.min(...values).toFixed(4)} to ${Math.max(...values).toFixed(4)})`;

console.log(`# A committee of folds beside its members

${machineLine()}. \`npx tsx bench/folds.ts\`. Test accuracy, mean over ${seeds.length} seeds and range; one fixed configuration each
(in the bench), best epoch by validation loss.

| data | ordinary split | members of the committee | committee |
|---|---|---|---|`);
for (const { name, file, data, model } of problems) {
  const bytes = readFileSync(new URL(`../data/${file}`, import.meta.url));
  const table = readTable(bytes);
  const settings = trialSettingsSchema.parse({ data, model });
  const plain = { ...settings, data: { ...settings.data, folds: undefined } };
  const folds = prepareFolds(table, settings.data, { test: true });
  const whole = prepareData(table, plain.data, { test: true });
  const found = { plain: [] as number[], members: [] as number[], committee: [] as number[] };
  for (const seed of seeds) {
    const said = await Promise.all(
      (await trained(bytes, settings, seed)).map(async ({ weights }, k) =>
        folds[k]!.decode("test", await engine.predict(settings.model, weights, folds[k]!.test!, signal)),
      ),
    );
    const accuracy = (decoded: Float64Array): number =>
      folds[0]!.scoreDecoded("test", decoded)["test_accuracy"]!;
    found.members.push(mean(said.map(accuracy)));
    found.committee.push(accuracy(meanOf(said)));
    const [single] = await trained(bytes, plain, seed);
    const alone = await engine.predict(plain.model, single!.weights, whole.test!, signal);
    found.plain.push(whole.score("test", alone)["test_accuracy"]!);
  }
  console.log(
    `| ${name} | ${figures(found.plain)} | ${figures(found.members)} | ${figures(found.committee)} |`,
  );
}
