/** Accuracies of a task of LCBench at 52 epochs, in percent: the best known, and the median of random configurations. */
export interface Reference {
  readonly task: string;
  readonly best: number;
  readonly median: number;
}

/** The tasks of the comparison. Best: of 200,000 random configurations and of runs of Optuna 5.0.0. */
export const OPEN_TASKS: readonly Reference[] = [
  { task: "3945", best: 99.66, median: 89.89 },
  { task: "167168", best: 89.19, median: 44.44 },
  { task: "167200", best: 86.15, median: 60.45 },
  { task: "168868", best: 99.74, median: 97.21 },
  { task: "189873", best: 99.13, median: 0.69 },
  { task: "189906", best: 94.9, median: 52.43 },
];

/** Tasks on which settings were chosen. Best: of hill climbing and of our own runs; median: of 1,500 random. */
export const CHOICE_TASKS: readonly Reference[] = [
  { task: "126025", best: 99.45, median: 78.49 },
  { task: "146212", best: 99.2, median: 89.86 },
  { task: "167152", best: 98.71, median: 77.43 },
  { task: "167184", best: 87.62, median: 59.58 },
  { task: "167201", best: 85.75, median: 52.24 },
  { task: "168331", best: 86.88, median: 42.69 },
  { task: "168910", best: 88.77, median: 35.49 },
  { task: "189865", best: 99.0, median: 85.07 },
  { task: "189908", best: 95.42, median: 81.31 },
  { task: "7593", best: 91.65, median: 56.53 },
];

/** Tasks that had no part in any choice. Best: of hill climbing and of 1,500 random; median: of those. */
export const HELD_OUT_TASKS: readonly Reference[] = [
  { task: "126026", best: 99.75, median: 93.06 },
  { task: "126029", best: 99.28, median: 80.34 },
  { task: "167104", best: 95.2, median: 83.18 },
  { task: "167149", best: 99.48, median: 84.64 },
  { task: "167161", best: 88.57, median: 67.89 },
  { task: "167181", best: 94.28, median: 73.63 },
  { task: "167185", best: 97.67, median: 38.67 },
  { task: "167190", best: 90.01, median: 73.22 },
  { task: "168329", best: 49.77, median: 5.15 },
  { task: "168330", best: 76.53, median: 54.01 },
  { task: "168335", best: 99.69, median: 83.41 },
  { task: "168908", best: 88.23, median: 70.94 },
  { task: "189354", best: 95.35, median: 58.7 },
  { task: "189862", best: 95.16, median: 76.66 },
  { task: "189866", best: 94.65, median: 61.82 },
  { task: "189905", best: 96.86, median: 66.53 },
  { task: "189909", best: 87.28, median: 61.9 },
  { task: "34539", best: 99.15, median: 83.37 },
];

/** Optuna 5.0.0 on OPEN_TASKS after 25, 50 and 100 trials, 10 seeds, one worker. */
export const RECORDED: readonly (readonly [name: string, ...regrets: number[]])[] = [
  ["Optuna random (recorded)", 0.279, 0.228, 0.192],
  ["Optuna TPE, settings of 4 (recorded)", 0.21, 0.135, 0.09],
  ["Optuna TPE, default of 5 (recorded)", 0.217, 0.168, 0.14],
  ["Optuna GP (recorded)", 0.0823, 0.0248, 0.0117],
];
