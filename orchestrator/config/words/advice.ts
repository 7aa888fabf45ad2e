/** Advice for words that belong somewhere else, or nowhere, by the place where people put them: `section.word`, or `word`. */

const ofProgram =
  'to run a program write it under program, as in program: {command: [python3, train.py, "${args}"]}';
const onThisMachine = "studies are kept in a database on this machine, under their name; remove it";
const asRanges =
  "write the range itself, min: and max:, with distribution: log_uniform for a logarithmic scale";
const ofTheMachine = "workers use what their machine has (seqtune doctor lists it); remove it";

const texts: Readonly<Record<string, string>> = {
  "top.count": "there it is the number of trials: write budget: {trials: …}; local processes are workers: …",
  "top.run_cap": "it is called budget.trials here",
  "top.n_trials": "it is called budget.trials here",
  "top.num_samples": "it is called budget.trials here",
  "top.time_budget_s": "it is called budget.wall_time here",
  "top.command": ofProgram,
  "top.trial_command": ofProgram,
  "top.trialcommand": ofProgram,
  "top.trial_code_directory": ofProgram,
  "top.trial_template": ofProgram,
  "top.project": onThisMachine,
  "top.entity": onThisMachine,
  "top.storage": onThisMachine,
  "top.api_version":
    "this is a Katib experiment: its spec.parameters belong under parameters:, its spec.algorithm is method:",
  "top.kind": "remove it: a sweep file holds one sweep",
  "top.spec": "its parts stand at the top level here: parameters, method, metric, budget",
  "top.job": "remove it: programs are not scheduled here",
  "parameters.seed":
    "to train the best again with other seeds write repeats: {top: 3, seeds: 5}; seed: at the top level decides the search",
  "parameters.random_seed":
    "to train the best again with other seeds write repeats: {top: 3, seeds: 5}; seed: at the top level decides the search",
  "parameters.dataset":
    "trials on different data do not compare; name the file under data:, and make one sweep for each",
  "parameters.data":
    "trials on different data do not compare; name the file under data:, and make one sweep for each",
  "parameters.epochs":
    "every trial may train for budget.epochs, and early_terminate ends the weak ones sooner",
  "parameters.method": "put the search method at the top level, not indented",
  "parameters.fold": "write data: {folds: 5}, and every trial is scored by the mean of its folds",
  "spec.log": "write distribution: log_uniform beside min and max (log_int for whole numbers)",
  "spec.prior": "write distribution: log_uniform beside min and max for a logarithmic scale",
  "spec.scale": "write distribution: log_uniform beside min and max for a logarithmic scale",
  "spec.scaling": "write distribution: log_uniform beside min and max for a logarithmic scale",
  "spec.base": "remove it: the scale of log_uniform is the same for every base",
  "spec.bounds": asRanges,
  "spec.range": asRanges,
  "spec.feasible_space": "write what it holds one level up: min, max and step, or values",
  "spec.default": "remove it, or put it under enqueue: to try it first",
  "spec.args": asRanges,
  "model.activation": "not supported: the cells have their usual tanh and sigmoid",
  "model.attention": "not supported: the model is a stack of recurrent layers",
  "model.embedding_dim": "not supported: categorical inputs are one-hot, see data.categorical",
  "model.beta": "not supported: beta1 and beta2 are settings of their own",
  "model.betas": "not supported: write beta1 and beta2, one number each",
  "model.patience": "write early_stopping: 5 for epochs without a better score, or schedule_patience",
  "model.input_size": "it follows from the data; remove it",
  "model.output_size": "it follows from the data; remove it",
  "model.input_dim": "it follows from the data; remove it",
  "model.output_dim": "it follows from the data; remove it",
  "model.amsgrad": "not supported: adam without it is close",
  "model.device": ofTheMachine,
  "top.device": ofTheMachine,
  "top.gpus": ofTheMachine,
  "top.resources_per_trial": "lab: {requires: {gpu: a100}} chooses among the workers of a lab",
  "top.callbacks": "early_terminate: holds the rules that stop trials",
  "early_terminate.max_iter": "budget.epochs says how long a trial may train",
  "early_terminate.max_t": "budget.epochs says how long a trial may train",
  "early_terminate.max_resource": "budget.epochs says how long a trial may train",
  "early_terminate.s": "rungs follow from min_epochs and eta; remove it",
  "early_terminate.brackets": "rungs follow from min_epochs and eta; type: hyperband has several brackets",
  "early_terminate.bracket": "rungs follow from min_epochs and eta; remove it",
  "early_terminate.strict": "remove it: mode: stop ends every trial that is not among the best at its rung",
  "early_terminate.time_attr": "time is counted in epochs; remove it",
  "early_terminate.metric": "rules judge the ranking metric; remove it",
  "early_terminate.mode": "the metric's name decides its goal; remove it",
};

/** `section`: where the key stands, as `top`, `parameters`, `spec` (an entry of parameters) or the section's name. */
export function adviceFor(section: string, words: readonly string[]): string | undefined {
  // What is searched is a setting of the model or the data.
  const places = section === "parameters" || section === "top" ? [section, "model"] : [section];
  for (const place of places) {
    const found = words.find((word) => Object.hasOwn(texts, `${place}.${word}`));
    if (found !== undefined) return texts[`${place}.${found}`];
  }
  return undefined;
}
