/**
 * The one list of commands: help, completion and the documentation's test go by it. Loading every command's code would make
 * `seqtune --help` slow, so each is loaded when it is asked for.
 */
import type { Command } from "commander";
import type { Io } from "./io.ts";

/** Adds one command. */
type AddCommand = (program: Command, io: Io) => void;

export interface Entry {
  /** What it takes, as `seqtune --help` shows it. */
  readonly takes: string;
  readonly summary: string;
  readonly load: () => Promise<AddCommand>;
}

/**
 * By name, in the order of `seqtune --help`. Only the code of a command that is asked for is loaded: `seqtune --help` itself
 * prints `takes` and `summary` from here.
 */
export const commands: Readonly<Record<string, Entry>> = {
  run: {
    takes: "[options] <sweep.yaml>",
    summary: "run a sweep and show its leaderboard",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  init: {
    takes: "[options] <file>",
    summary: "look at a data file or a training script and write a sweep for it",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  leaderboard: {
    takes: "[options] [study]",
    summary: "list the trials of a study, best first, beside its baselines",
    load: async () => (await import("./commands/leaderboard.ts")).leaderboardCommand,
  },
  show: {
    takes: "[options] [study] <trial>",
    summary: "show one trial: parameters, curve, metrics, attempts, and why it ended",
    load: async () => (await import("./commands/show.ts")).showCommand,
  },
  studies: {
    takes: "[options]",
    summary: "list the studies in the database, newest first",
    load: async () => (await import("./commands/studies.ts")).studiesCommand,
  },
  watch: {
    takes: "[options] [study]",
    summary: "watch a study on the whole terminal: ranking, running trials, time left; stop trials",
    load: async () => (await import("./commands/watch.ts")).watchCommand,
  },
  resume: {
    takes: "[options] [study]",
    summary: "continue a study that was interrupted or whose process died",
    load: async () => (await import("./commands/resume.ts")).resumeCommand,
  },
  stop: {
    takes: "[options] <study> [trial]",
    summary: "stop a study, or one trial of it, from another terminal or another machine",
    load: async () => (await import("./commands/stop.ts")).stopCommand,
  },
  enqueue: {
    takes: "[options] <study> <values...>",
    summary: "try a given configuration next, also while the study runs",
    load: async () => (await import("./commands/enqueue.ts")).enqueueCommand,
  },
  invalid: {
    takes: "[options] <study> <trial>",
    summary: "mark a trial invalid: the search ignores it, the record keeps it",
    load: async () => (await import("./commands/invalid.ts")).invalidCommand,
  },
  backup: {
    takes: "[options] <file>",
    summary: "copy the database of the studies, also while they run",
    load: async () => (await import("./commands/backup.ts")).backupCommand,
  },
  standby: {
    takes: "[options] [study]",
    summary: "wait beside a lab's coordinator, and take its study over when its machine dies",
    load: async () => (await import("./commands/standby.ts")).standbyCommand,
  },
  evaluate: {
    takes: "[options] [study]",
    summary: "score the best trials on the test rows, beside the baselines",
    load: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  },
  export: {
    takes: "[options] [study] [trial]",
    summary: "write a trial's model, or a whole study for Optuna, TensorBoard or as tables",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  import: {
    takes: "[options] <file>",
    summary: "import the trials of an Optuna study or of a table",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  predict: {
    takes: "[options] <model> <data>",
    summary: "forecast or classify new data with a trial's model",
    load: async () => (await import("./commands/predict.ts")).predictCommand,
  },
  "lr-find": {
    takes: "[options] <sweep.yaml|study>",
    summary: "run a learning-rate range test: show the curve and the rate each rule suggests",
    load: async () => (await import("./commands/lr-find.ts")).lrFindCommand,
  },
  report: {
    takes: "[options] [study]",
    summary: "write a study as one page to mail: verdict, best, forecasts, plots, how to reproduce",
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  importance: {
    takes: "[options] [study]",
    summary:
      "show which parameters matter, alone and together, and their best ranges, or which input columns",
    load: async () => (await import("./commands/importance.ts")).importanceCommand,
  },
  plot: {
    takes: "[options] <kind> [study]",
    summary: "show a study as a picture: history, curves, importance, parallel, contour, ...",
    load: async () => (await import("./commands/plot.ts")).plotCommand,
  },
  dashboard: {
    takes: "[options]",
    summary: "show the studies live in the browser",
    load: async () => (await import("./commands/dashboard.ts")).dashboardCommand,
  },
  simulate: {
    takes: "[options] <sweep.yaml>",
    summary: "replay a sweep's search and pruning on recorded curves, in seconds",
    load: async () => (await import("./commands/simulate.ts")).simulateCommand,
  },
  check: {
    takes: "[options] <sweep.yaml>",
    summary: "show what a sweep would do (data, splits, baselines, search, largest model) without training",
    load: async () => (await import("./commands/check.ts")).checkCommand,
  },
  create: {
    takes: "[options] <space.yaml>",
    summary: "make a study that programs in any language ask for configurations",
    load: async () => (await import("./commands/create.ts")).createCommand,
  },
  ask: {
    takes: "[options] <study>",
    summary: "get the next configuration from a study made with seqtune create",
    load: async () => (await import("./commands/ask.ts")).askCommand,
  },
  tell: {
    takes: "[options] <study> <trial>",
    summary: "report the result of a trial from seqtune ask",
    load: async () => (await import("./commands/tell.ts")).tellCommand,
  },
  translate: {
    takes: "[options] <file>",
    summary: "write the sweep of another tool (W&B, Katib, NNI) as one of seqtune",
    load: async () => (await import("./commands/translate.ts")).translateCommand,
  },
  completion: {
    takes: "[options] <shell> [words...]",
    summary: "print the script that completes seqtune in bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
  doctor: {
    takes: "[options]",
    summary: "show what this machine offers: Node, SQLite, engines, GPU, nats-server, disk",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  schema: {
    takes: "[options]",
    summary: "print the JSON Schema of sweep files, for completion in editors",
    load: async () => (await import("./commands/schema.ts")).schemaCommand,
  },
  worker: {
    takes: "[options]",
    summary: "train trials of a lab's studies on this machine until stopped",
    load: async () => (await import("./commands/worker.ts")).workerCommand,
  },
  workers: {
    takes: "[options]",
    summary: "list the workers of a lab and what each is training",
    load: async () => (await import("./commands/workers.ts")).workersCommand,
  },
  "nats-config": {
    takes: "[options]",
    summary: "write a NATS server configuration, with credentials for coordinator and workers",
    load: async () => (await import("./commands/nats-config.ts")).natsConfigCommand,
  },
};
