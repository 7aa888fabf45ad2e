import { dataSettingsSchema, unsearchableDataSettings } from "../../worker/protocol/data-settings.ts";
import { modelSettingsSchema } from "../../worker/protocol/model-settings.ts";
import { nearestName } from "./nearest-name.ts";

/** What an unknown key is probably meant to be, as the end of a sentence; undefined when nothing is near. */
export function explainUnknownKey(key: string, allowed: readonly string[]): string | undefined {
  const word = key.toLowerCase().replaceAll("-", "_");
  const ours = synonyms.get(word) ?? word;
  if (allowed.includes(ours)) return `it is called ${ours} here`;
  const near = nearestName(key, allowed);
  if (near !== undefined) return `did you mean ${near}?`;
  return ofOtherTools.get(word) ?? home(ours);
}

/** Which section a key of ours belongs to, for one that stands in another. */
function home(key: string): string | undefined {
  if (Object.hasOwn(modelSettingsSchema.shape, key)) {
    return "it belongs under model: (one value) or parameters: (searched)";
  }
  if (Object.hasOwn(dataSettingsSchema.shape, key)) {
    const orSearched = unsearchableDataSettings.has(key) ? "" : " (one value) or parameters: (searched)";
    return `it belongs under data:${orSearched}`;
  }
  const section = homes.get(key);
  return section === undefined ? undefined : `it belongs ${section}`;
}

const topLevel = ["name", "description", "seed", "method", "metric", "parameters", "early_terminate"];
const sections = ["data", "model", "budget", "workers"];

const homes = new Map<string, string>([
  ...[...topLevel, ...sections].map((key): [string, string] => [key, "at the top level, not indented"]),
  ...["trials", "epochs", "wall_time", "target"].map((key): [string, string] => [key, "under budget:"]),
  ...["count", "engine"].map((key): [string, string] => [key, "under workers:"]),
  ["goal", "under metric:"],
  ["file", "under data:"],
]);

/** What other tools and papers call a key of ours. */
const synonyms = new Map([
  ["lr", "learning_rate"],
  ["learningrate", "learning_rate"],
  ["units", "hidden"],
  ["hidden_size", "hidden"],
  ["hidden_units", "hidden"],
  ["num_layers", "layers"],
  ["n_layers", "layers"],
  ["batch", "batch_size"],
  ["batchsize", "batch_size"],
  ["beta_1", "beta1"],
  ["beta_2", "beta2"],
  ["clipnorm", "clip_norm"],
  ["clipvalue", "clip_value"],
  ["loss_function", "loss"],
  ["lookback", "window"],
  ["look_back", "window"],
  ["seq_len", "window"],
  ["sequence_length", "window"],
  ["pred_len", "horizon"],
  ["forecast_horizon", "horizon"],
  ["normalize", "normalise"],
  ["normalization", "normalise"],
  ["scaler", "normalise"],
  ["target_columns", "targets"],
  ["time_column", "time"],
  ["date_column", "time"],
  ["path", "file"],
  ["csv", "file"],
  ["max_trials", "trials"],
  ["max_epochs", "epochs"],
  ["timeout", "wall_time"],
  ["min_iter", "min_epochs"],
  ["n_warmup_steps", "min_epochs"],
  ["n_startup_trials", "min_trials"],
  ["interval_steps", "interval"],
  ["mode", "goal"],
  ["direction", "goal"],
]);

const trainsItself = "seqtune trains the LSTM itself, so there is no program to name; remove it";
const onThisMachine = "studies are kept in a database on this machine, under their name; remove it";

/** Top-level keys of W&B sweeps, Optuna and Ray Tune that have no namesake here. */
const ofOtherTools = new Map([
  ["run_cap", "it is called budget.trials here"],
  ["n_trials", "it is called budget.trials here"],
  ["num_samples", "it is called budget.trials here"],
  ["time_budget_s", "it is called budget.wall_time here"],
  ["program", trainsItself],
  ["command", trainsItself],
  ["project", onThisMachine],
  ["entity", onThisMachine],
  ["search_space", "it is called parameters here"],
  ["param_space", "it is called parameters here"],
  ["sampler", "it is called method here"],
  ["search_alg", "it is called method here"],
  ["pruner", "it is called early_terminate here"],
  ["scheduler", "it is called early_terminate here"],
  ["objective", "it is called metric here"],
  ["dataset", "it is called data here"],
  ["mu", "normal distributions are not supported; use uniform or log_uniform with min and max"],
  ["sigma", "normal distributions are not supported; use uniform or log_uniform with min and max"],
  [
    "probabilities",
    "values are drawn with equal probability; remove it, or write uniform or log_uniform with min and max",
  ],
]);
