import { listed } from "../../worker/data/errors.ts";
import type { TrainedModel } from "../../worker/model/trained-model.ts";
import type { ModelSettings } from "../../worker/protocol/model-settings.ts";
import { figure } from "../views/numbers.ts";
import { paramLine } from "../views/params.ts";
import { modelFileName, type PipelineFile } from "./model-files.ts";
import type { Provenance } from "./provenance.ts";
import { seenText } from "./seen-text.ts";

/** What the model is for, made of, and worth, in Markdown (Mitchell and others 2019, Model cards for model reporting). */
export function modelCard(model: TrainedModel, pipeline: PipelineFile, provenance: Provenance): string {
  const { study, trial, data, refit } = provenance;
  const seen = refit === undefined ? "" : `, on ${seenText(refit)}`;
  return `# ${study.name}, trial ${trial}

${whatItIs(model)}

${whatItSays(pipeline, model.settings.model)} It was trained on \`${data.file}\` (sha256 ${data.sha256})${seen}.

## How good it is

${refit === undefined ? `${worth(provenance)}${scores(provenance)}` : refitted(provenance, refit)}

## How to use it

\`\`\`
seqtune predict THIS_FOLDER new-data.csv
\`\`\`

The new file needs the same input columns under the same names. With TensorFlow.js:
\`await tf.loadLayersModel("…/model.json")\`; \`pipeline.json\` says how data becomes its inputs
[${pipeline.inputs.shape.map((size) => size ?? "samples").join(", ")}]${shortSamples(pipeline)} and what its outputs are.

| file | holds |
|---|---|
| \`model.json\`, \`weights.bin\` | the model as a TensorFlow.js LayersModel |
| \`${modelFileName}\` | the weights as they were trained, and all settings |
| \`pipeline.json\` | columns, scalers, window, classes |
| \`provenance.json\` | study, trial, parameters, seed, data, metrics |

## Where it comes from

Study ${study.name} (${study.key}), trial ${trial}, epoch ${provenance.epoch}, seed ${provenance.seed}, seqtune ${provenance.seqtune}.
Parameters: ${paramLine(provenance.params) || "all fixed"}.
`;
}

function whatItIs({ settings, members }: TrainedModel): string {
  const { cell, layers, hidden, bidirectional } = settings.model;
  const names = { lstm: "an LSTM", gru: "a GRU", rnn: "a recurrent" };
  const kind = bidirectional ? names[cell].replace(/^an? /, "a bidirectional ") : names[cell];
  const units = Array.isArray(hidden) ? hidden.join(" and ") : String(hidden);
  const network =
    layers === 0
      ? "a linear model"
      : `${kind} network of ${layers} layer${layers === 1 ? "" : "s"} with ${units} units`;
  if (members.length === 1) return `This is ${network}.`;
  return `This is a committee of ${members.length} networks, each ${network} trained on all folds of the data but one. It says the mean of what they say.`;
}

function whatItSays({ settings, inputs, outputs }: PipelineFile, model: ModelSettings): string {
  const targets = listed(settings.targets);
  const quantiles =
    model.loss === "quantile" ? ` and the quantiles ${model.quantiles.join(", ")} of each,` : "";
  const ahead = settings.layout === "series" && settings.task === "regression";
  const what =
    settings.task === "regression"
      ? `It predicts ${targets}${quantiles}${ahead ? `${quantiles === "" ? "," : ""} ${settings.horizon} rows ahead,` : ""}`
      : `It gives the probabilities of ${listed(outputs.map(({ name }) => name))}`;
  return `${what} from ${listed(inputs.features)}${ahead ? ` of the last ${inputs.shape[1]} rows` : ""}.`;
}

function worth({ verdict }: Provenance): string {
  if (verdict === null) return "";
  const { sentence, steps } = verdict;
  const next = steps.map((step) => `- ${step.sentence}.\n`).join("");
  return `**It is ${sentence}.** Percentages are of the baseline's error, with 95 % intervals.\n\n${next === "" ? "" : `${next}\n`}`;
}

function scores({ metric, metrics, test, baselines, networks }: Provenance): string {
  const rows = Object.entries(metrics).filter(([name]) => name.startsWith("val_"));
  const folds =
    networks === 1
      ? ""
      : "\nValidation metrics are the mean over the folds, each network on samples that it has not seen.\n";
  const others = baselines.map(({ name, value }) => `${name} ${figure(value)}`).join(", ");
  return `| validation | |
|---|---|
${rows.map(([name, value]) => `| ${name} | ${figure(value)} |`).join("\n")}
${folds}
Baselines, ${metric.name}: ${others || "none"}. It was chosen by ${metric.name} among the trials of its study, which makes that number
a little too good.

${
  test === null
    ? "It has not been scored on test rows: `seqtune evaluate` does."
    : `On the test rows: ${Object.entries(test)
        .map(([name, value]) => `${name} ${figure(value)}`)
        .join(", ")}.`
}`;
}

/** It has seen the rows that would say how good it is. */
function refitted(provenance: Provenance, { before }: NonNullable<Provenance["refit"]>): string {
  const { study, trial, epoch } = provenance;
  const intervals =
    provenance.intervals.length === 0
      ? ""
      : " The intervals of `seqtune predict --intervals` come from its errors, too.";
  return `**It was trained once more after its search, for the ${epoch} epochs that were best on the validation rows, on
training and validation rows. No row is left that says how good it is:** the figures below are those of the model before, which had
not seen the validation rows.${intervals} \`seqtune evaluate ${study.name} --refit\` trains the best trial's model in this way and
scores it on the test rows; this is trial ${trial}.

### The model before

${worth({ ...provenance, ...before })}${scores({ ...provenance, ...before })}`;
}

function shortSamples({ inputs: { fill } }: PipelineFile): string {
  return fill === null ? "" : `, short samples filled up with ${fill} at the end,`;
}
