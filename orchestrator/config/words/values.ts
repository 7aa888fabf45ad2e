/**
 * As for keys (keys.ts): other tools' names for losses, optimizers and tasks, and for things that are not supported, so that an error
 * names ours or says that there is none.
 */
import { nearestName } from "../nearest-name.ts";

/** What others call a value of ours. What is allowed at a place decides between several. */
const called: Readonly<Record<string, string>> = {
  adamw: "adam_w",
  momentum: "sgdm sgd_momentum momentum_sgd sgd_with_momentum",
  nesterov: "nag nesterov_momentum sgd_nesterov nesterovsgd",
  rmsprop: "rms_prop rms",
  adagrad: "ada_grad",
  adadelta: "ada_delta",
  sgd: "stochastic_gradient_descent minibatch_sgd",
  gradient_descent: "gd batch_gradient_descent full_batch",
  mse: "mean_squared_error l2 l2_loss mse_loss mseloss squared_error",
  mae: "mean_absolute_error l1 l1_loss l1loss mae_loss maeloss absolute_error",
  quantile: "pinball pinball_loss quantile_loss quantileloss quantile_regression",
  huber: "huber_loss huberloss smooth_l1 smooth_l1_loss smoothl1loss",
  binary_crossentropy:
    "bce bceloss bce_loss bcewithlogitsloss bce_with_logits binary_cross_entropy logloss log_loss logistic",
  categorical_crossentropy:
    "ce crossentropy cross_entropy crossentropyloss cross_entropy_loss categorical_cross_entropy sparse_categorical_crossentropy softmax_cross_entropy",
  val_mse: "mse mean_squared_error mseloss",
  val_mae: "mae mean_absolute_error",
  val_rmse: "rmse root_mean_squared_error",
  val_smape: "smape symmetric_mape",
  val_mase: "mase",
  val_r2: "r2 r2_score rsquared r_squared r_2",
  val_loss: "loss",
  val_accuracy:
    "acc accuracy categorical_accuracy binary_accuracy sparse_categorical_accuracy accuracy_score top1 top_1_accuracy top1_accuracy",
  val_balanced_accuracy: "balanced_acc balanced_accuracy balanced_accuracy_score",
  val_f1: "f1 f1_score macro_f1 f1_macro fscore f_score",
  val_auc: "auc auroc roc_auc auc_roc roc_auc_score",
  val_mcc: "mcc matthews matthews_corrcoef",
  bayes: "bayesian bayesian_optimization bayesianoptimization bayesopt bo",
  gp: "gaussian_process gpsampler skopt gptuner metis",
  tpe: "tpesampler hyperopt hyperoptsearch multivariate_tpe",
  random: "random_search randomsampler randomsearch",
  grid: "grid_search gridsampler gridsearch basicvariant",
  sobol: "qmc qmcsampler quasirandom quasi_random low_discrepancy",
  median: "medianstop median_stopping medianpruner median_stopping_rule medianstoppingrule",
  percentile: "percentilepruner",
  asha: "successive_halving successivehalving sha successivehalvingpruner asynchyperband async_hyperband ashascheduler asynchyperbandscheduler",
  hyperband: "hyperbandpruner hyperbandscheduler hb",
  patience: "early_stopping earlystopping plateau patientpruner trialplateaustopper",
  threshold: "thresholdpruner",
  lstm: "lstmcell long_short_term_memory",
  gru: "grucell",
  rnn: "vanilla vanilla_rnn simple_rnn simplernn elman",
  constant: "none fixed constantlr",
  step: "steplr step_lr step_decay multisteplr",
  cosine: "cosineannealing cosine_annealing cosineannealinglr cosine_decay",
  one_cycle: "onecycle onecyclelr one_cycle_lr 1cycle",
  reduce_on_plateau: "reducelronplateau reduce_lr_on_plateau plateau",
  standard: "zscore z_score standardize standardise standard_scaler standardscaler mean_std",
  minmax: "min_max minmaxscaler min_max_scaler",
  robust: "robust_scaler robustscaler iqr",
  ffill: "forward_fill pad locf last",
  linear: "interpolate interpolation linear_interpolation",
  drop: "dropna remove",
  regression: "forecast forecasting time_series timeseries",
  multilabel: "multi_label multi_label_classification",
  multiclass: "multi_class multiclass_classification",
  binary: "binary_classification",
  minimize: "min minimise minimization minimizing lower down",
  maximize: "max maximise maximization maximizing higher up",
  series: "time_series timeseries",
  log_uniform: "loguniform reciprocal logunif",
  uniform: "float double real continuous",
  int: "integer randint int_uniform discrete_uniform",
  log_int: "lograndint log_randint loguniform_int",
  q_uniform: "quniform quantized_uniform",
  q_log_uniform: "qloguniform",
  normal: "gaussian randn",
  log_normal: "lognormal",
  q_normal: "qnormal qrandn",
  q_log_normal: "qlognormal",
  categorical: "choice discrete",
};

const synonyms = new Map<string, string[]>();
for (const [ours, words] of Object.entries(called)) {
  for (const word of words.split(" ")) synonyms.set(word, [...(synonyms.get(word) ?? []), ours]);
}

/** Words with a meaning of their own that none of our words has, so that no word of ours is offered for them. */
const foreign: ReadonlySet<string> = new Set(
  [
    "adamax amsgrad adafactor adabelief adan lamb lars radam ftrl rprop lbfgs l_bfgs asgd muon shampoo sophia sparseadam yogi novograd",
    "logcosh log_cosh msle mean_squared_logarithmic_error quantile pinball quantile_loss hinge focal focal_loss kl kld",
    "kl_divergence kldivloss poisson cosine_similarity gaussian_nll nll nllloss ctc triplet dice contrastive",
    "mape mean_absolute_percentage_error map map50 map_50 mean_average_precision average_precision precision recall iou miou jaccard perplexity ppl",
    "bleu rouge wer cer ndcg kappa cohen_kappa mdape wape wmape msse rmsse rmsle pr_auc auprc sensitivity specificity error error_rate",
    "hamming_loss top5 top_5_accuracy top5_accuracy reward return episode_reward_mean explained_variance pearson spearman crps mrr hits score",
    "cmaes cma_es cmaessampler evolution genetic ga nsga2 nsgaii nsgaiisampler de anneal pbt population_based smac ax turbo bohb custom",
    "beta inv_log_uniform_values inv_log_uniform logit_normal dirichlet gamma exponential poisson_int",
    "transformer tcn cnn conv1d mlp dense convlstm attention mamba ssm",
    "linear_warmup polynomial cyclic cycliclr cosine_warm_restarts cosineannealingwarmrestarts inverse_sqrt noam lambdalr",
    "log log1p boxcox box_cox power quantile_transform layer batch batchnorm layernorm maxabs",
    "mean zero mode knn constant_value bfill backfill spline",
  ]
    .join(" ")
    .split(" "),
);

/** Words that need a sentence, the first of which is allowed at the place telling which list they stand in. */
const sentences: readonly { readonly words: string; readonly beside: string; readonly text: string }[] = [
  {
    words: "hyperband asha sha successive_halving",
    beside: "tpe",
    text: "this stops trials early, and belongs under early_terminate: {type: asha}; a method chooses configurations",
  },
  {
    words: "bohb dehb",
    beside: "tpe",
    text: "write method: tpe and early_terminate: {type: hyperband}",
  },
  {
    words: "early_stopping",
    beside: "tpe",
    text: "this stops trials early, and belongs under early_terminate: {type: patience}",
  },
  {
    words: "bilstm bi_lstm bigru blstm",
    beside: "lstm",
    text: "write the cell without bi, and bidirectional: true",
  },
  {
    words: "classification classifier",
    beside: "multiclass",
    text: "write binary for two classes, multiclass for more, multilabel for several yes/no labels at once",
  },
  { words: "sarimax arima prophet", beside: "lstm", text: "not supported: only recurrent cells are trained" },
];

/** What to say of a text that is none of `allowed`, as the end of a sentence; undefined when nothing is near. */
export function explainUnknownValue(given: string, allowed: readonly string[]): string | undefined {
  const word = plain(given);
  const known = sentences.find(
    ({ words, beside }) => allowed.includes(beside) && words.split(" ").includes(word),
  );
  if (known !== undefined) return known.text;
  const isMetric = allowed.some((name) => name.startsWith("val_"));
  return isMetric ? explainMetric(given, word, allowed) : explainWord(given, word, allowed);
}

/** The value of ours that another tool calls so; undefined when there is none. */
export function ourValue(given: string, allowed: readonly string[]): string | undefined {
  const word = plain(given);
  const bare = word.replaceAll("_", "");
  return [given, word, ...(synonyms.get(word) ?? []), bare, ...(synonyms.get(bare) ?? [])].find((one) =>
    allowed.includes(one),
  );
}

/** As `ourValue`, for a metric of the validation rows. */
export function ourMetric(given: string, allowed: readonly string[]): string | undefined {
  const { rows, called } = metricOf(plain(given), allowed);
  return rows.startsWith("t") ? undefined : called;
}

function explainWord(given: string, word: string, allowed: readonly string[]): string | undefined {
  const bare = word.replaceAll("_", "");
  const ours = ourValue(given, allowed);
  if (ours !== undefined) return `it is called ${ours} here`;
  if (foreign.has(word) || foreign.has(bare)) return notSupported(given);
  const near = nearestName(given, allowed);
  return near === undefined ? undefined : `did you mean ${near}?`;
}

/** Metrics differ by few letters, so that a short name counts only by its synonyms. */
function explainMetric(given: string, word: string, allowed: readonly string[]): string | undefined {
  const { rows, stem, called } = metricOf(word, allowed);
  const isOther = rows.startsWith("t");
  if (called !== undefined) {
    return isOther
      ? `trials are ranked by the validation rows only; there it is called ${called}`
      : `it is called ${called} here`;
  }
  if (foreign.has(stem) || foreign.has(word)) return notSupported(given);
  const near = nearestName(`val_${stem}`, allowed);
  if (near === undefined || (stem.length <= 4 && !sameLetters(near, `val_${stem}`))) return undefined;
  return `did you mean ${near}?`;
}

function plain(given: string): string {
  return given.toLowerCase().replace(/[\s./:-]+/g, "_");
}

/** Which rows a metric is of, its name without them, and what it is called here. */
function metricOf(
  word: string,
  allowed: readonly string[],
): { readonly rows: string; readonly stem: string; readonly called: string | undefined } {
  const [, rows = "val", stem = word] =
    /^(?:(val|valid|validation|eval|dev|train|training|test)_)?(.+)$/.exec(word) ?? [];
  const called = [`val_${stem}`, ...(synonyms.get(stem) ?? [])].find((one) => allowed.includes(one));
  return { rows, stem, called };
}

function sameLetters(a: string, b: string): boolean {
  const sorted = (text: string): string => text.split("").toSorted().join("");
  return sorted(a) === sorted(b);
}

function notSupported(given: string): string {
  return `not supported: ${given} is none of these under another name`;
}
