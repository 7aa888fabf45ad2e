/** What other tools, frameworks and papers call a key of ours; where several are possible, the first that is allowed counts. */
const called: Readonly<Record<string, string>> = {
  learning_rate:
    "lr learningrate learning_rates init_lr initial_lr base_lr max_lr step_size_lr eta0 learning_rate_init",
  hidden:
    "units hidden_size hidden_sizes hidden_units hidden_dim hidden_dims hidden_layer_size lstm_units lstm_hidden_size n_units n_hidden num_units num_hidden rnn_units rnn_size d_model cells neurons nodes",
  layers:
    "num_layers n_layers layer_count number_of_layers lstm_layers n_lstm_layers num_lstm_layers rnn_layers depth",
  cell: "rnn_type cell_type rnn_cell layer_type unit_type",
  bidirectional: "bidir bi_directional is_bidirectional use_bidirectional",
  dropout: "dropout_rate drop_rate dropout_prob p_dropout dropout_p drop_prob keep_out lstm_dropout",
  recurrent_dropout: "recurrent_dropout_rate rnn_dropout variational_dropout state_dropout",
  optimizer: "optim opt optimiser optimizer_name optimizer_type solver",
  beta1: "beta_1 adam_beta1 b1",
  beta2: "beta_2 adam_beta2 b2",
  epsilon: "eps adam_epsilon",
  batch_size:
    "batch batchsize bs train_batch_size per_device_train_batch_size mini_batch_size minibatch_size",
  weight_decay: "wd weightdecay",
  l2: "l2_reg l2_regularization l2_penalty l2_lambda reg_lambda kernel_regularizer",
  clip_norm:
    "clipnorm grad_clip gradient_clip gradient_clip_val max_grad_norm clip_grad clip_grad_norm grad_clip_norm gradient_clipping grad_norm_clip clip global_clipnorm",
  clip_value: "clipvalue clip_grad_value",
  schedule: "lr_schedule lr_scheduler lr_scheduler_type learning_rate_schedule scheduler_type",
  schedule_epochs: "t_max",
  schedule_every: "step_size lr_step_size decay_steps lr_decay_steps",
  schedule_factor: "gamma lr_decay lr_gamma decay_rate lr_factor",
  schedule_patience: "lr_patience scheduler_patience",
  schedule_warmup: "warmup warmup_ratio pct_start warmup_fraction",
  loss: "loss_function loss_fn lossfunction criterion loss_type objective_function",
  quantiles: "quantile taus tau alphas",
  huber_delta: "delta huber_loss_delta",
  class_weights: "class_weight",
  early_stopping: "early_stopping_patience early_stop earlystopping patience",
  window:
    "lookback look_back lookback_window look_back_window seq_len seq_length sequence_length window_size input_length input_chunk_length context_length timesteps time_steps n_steps num_steps history n_lags lags",
  horizon:
    "pred_len prediction_length forecast_horizon output_chunk_length forecast_length steps_ahead n_ahead prediction_horizon",
  normalise: "normalize normalization normalisation scaler scaling standardize scale",
  targets: "target target_columns target_column target_col label labels label_column y outputs",
  features: "feature_columns input_columns inputs_columns x covariates",
  categorical: "categorical_features cat_features categorical_columns",
  time: "time_column date_column timestamp_column time_col date_col datetime_column time_idx",
  group: "group_by group_ids groups group_column",
  file: "path csv filename file_path data_path csv_file data_file",
  split: "val_split validation_split train_test_split splits",
  folds: "n_folds n_splits k_folds cv cross_validation",
  missing: "fillna imputation impute fill_missing",
  trials:
    "max_trials n_trials num_trials num_samples run_cap count max_trial_number maxtrialnumber max_trial_count maxtrialcount max_evals n_iter max_runs n_calls num_evaluations",
  epochs: "max_epochs num_epochs n_epochs nb_epochs epoch max_t max_iter num_train_epochs training_epochs",
  wall_time:
    "timeout time_budget_s max_time max_experiment_duration maxexperimentduration max_exec_duration maxexecduration time_limit",
  min_epochs:
    "min_iter grace_period n_warmup_steps start_step min_resource minimum_resource start_epoch start_iteration min_t",
  min_trials: "n_startup_trials min_samples_required min_trials_required",
  interval: "interval_steps eval_interval",
  eta: "reduction_factor",
  startup_trials:
    "n_startup_trials n_startup_jobs n_initial_points random_starts n_random_starts num_initial_random init_points",
  candidates: "n_ei_candidates n_candidates",
  patience: "max_failure stopping_patience",
  min_delta: "delta tolerance tol",
  goal: "mode direction optimize_mode optimization_goal objective_type",
  target: "goal_value objective_goal stop_at threshold",
  parameters: "search_space searchspace param_space space hyperparameters hparams params config",
  method: "sampler search_alg algorithm tuner search_algorithm strategy optimizer_algorithm",
  early_terminate: "pruner scheduler assessor early_stopping early_termination stopper stopping",
  metric: "objective monitor objective_metric",
  budget: "limits max_budget",
  name: "study_name experiment_name sweep_name exp_name",
  enqueue: "points_to_evaluate initial_params warm_start",
  workers:
    "n_jobs max_concurrent concurrency trial_concurrency trialconcurrency parallel_trial_count paralleltrialcount max_concurrent_trials num_workers",
  data: "dataset data_set",
  values: "choices categories options grid list _value",
  min: "low lower min_value minimum lower_bound start lo from",
  max: "high upper max_value maximum upper_bound stop hi to",
  step: "step_size resolution",
  distribution: "type _type parameter_type parametertype dist",
  mu: "mean loc",
  sigma: "std stddev sd standard_deviation",
  probabilities: "probs p weights",
};

const synonyms = new Map<string, string[]>();
for (const [ours, words] of Object.entries(called)) {
  for (const word of words.split(" ")) synonyms.set(word, [...(synonyms.get(word) ?? []), ours]);
}

/** A word as the tables have it: small letters, one underscore for whatever divides its parts. */
function plainWord(word: string): string {
  return word
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[\s./:-]+/g, "_")
    .replace(/^_+(?!type$|value$)|_+$/g, "");
}

/** What a key may mean, in our words: itself, and what it is a synonym of. */
export function oursFor(key: string): readonly string[] {
  const words = [
    key,
    key.toLowerCase().replaceAll("-", "_"),
    plainWord(key),
    plainWord(key).replaceAll("_", ""),
  ];
  return [...new Set(words.flatMap((word) => [word, ...(synonyms.get(word) ?? [])]))];
}
