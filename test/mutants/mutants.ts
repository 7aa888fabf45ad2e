/** One planted bug, and the tests that ought to notice it. */
export interface Mutant {
  readonly bug: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}

const pruners = ["test/search/pruners.test.ts"];
const data = (name: string): readonly string[] => [`test/worker/data/${name}.test.ts`];

/** Bugs over all rooms, each of a kind that has been made, or nearly made, here or elsewhere. */
export const mutants: readonly Mutant[] = [
  // search
  {
    bug: "a trial whose value ties with a better-placed one takes its place",
    file: "search/pruners/halving.ts",
    find: "order < 0 || (order === 0 && trial.number < number)",
    replace: "order <= 0 && trial.number !== number",
    tests: [...pruners, "test/search/schedulers.test.ts"],
  },
  {
    bug: "asha keeps one trial too many at a rung",
    file: "search/pruners/halving.ts",
    find: "Math.max(1, Math.floor(of / eta))",
    replace: "Math.max(1, Math.ceil(of / eta))",
    tests: pruners,
  },
  {
    bug: "the last rung may be the last epoch, where a trial is complete",
    file: "search/pruners/rungs.ts",
    find: "Math.round(rung) < epochs",
    replace: "Math.round(rung) <= epochs",
    tests: [...pruners, "test/search/schedulers.test.ts"],
  },
  {
    bug: "the median rule stops a trial that ties with the median",
    file: "search/pruners/percentile.ts",
    find: "return isBetter(limit, best) ? stop",
    replace: "return !isBetter(best, limit) ? stop",
    tests: pruners,
  },
  {
    bug: "the median of an even number of trials is the lower one",
    file: "search/pruners/percentile.ts",
    find: "return low + (place - below) * (sorted[below + 1]! - low);",
    replace: "return low;",
    tests: pruners,
  },
  {
    bug: "patience begins from the second epoch",
    file: "search/pruners/patience.ts",
    find: "trial.epoch - epoch < patience",
    replace: "trial.epoch - epoch <= patience",
    tests: pruners,
  },
  {
    bug: "an improvement of exactly min_delta counts against the trial's favour",
    file: "search/pruners/patience.ts",
    find: "mark - minDelta",
    replace: "mark + minDelta",
    tests: pruners,
  },
  {
    bug: "the threshold rule lets NaN go on",
    file: "search/pruners/threshold.ts",
    find: 'if (value === null) return stop("not finite", trial.epoch, "");',
    replace: "if (value === null) return CONTINUE;",
    tests: pruners,
  },
  {
    bug: "NaN ranks before finite scores",
    file: "search/scores.ts",
    find: "aFinite ? -1 : 1",
    replace: "aFinite ? 1 : -1",
    tests: ["test/search"],
  },
  {
    bug: "a maximised metric is minimised",
    file: "search/scores.ts",
    find: 'return goal === "maximize" ? -value : value;',
    replace: "return value;",
    tests: ["test/search"],
  },
  {
    bug: "the generator never draws the last value of a range of integers",
    file: "search/random.ts",
    find: "int: (n) => Math.floor(next() * n)",
    replace: "int: (n) => Math.floor(next() * (n - 1))",
    tests: ["test/search"],
  },
  {
    bug: "conditional parameters are drawn where they do not apply",
    file: "search/domain.ts",
    find: "if (isActive(parameter, chosen)) chosen[parameter.name]",
    replace: "chosen[parameter.name]",
    tests: ["test/search"],
  },
  {
    bug: "a finite space may repeat a configuration",
    file: "search/samplers/distinct.ts",
    find: "if (!seen.keys.has(keyOf(seen, params))) return params;\n      if (tries",
    replace: "if (tries > 0) return params;\n      if (tries",
    tests: ["test/search"],
  },
  {
    bug: "the grid forgets its last cell",
    file: "search/samplers/grid.ts",
    find: "if (cursor.cell >= cells.size) return",
    replace: "if (cursor.cell >= cells.size - 1) return",
    tests: ["test/search"],
  },
  // worker/data
  {
    bug: "the scale of an input divides by n - 1",
    file: "worker/data/inputs/scale.ts",
    find: "Math.sqrt(squares / values.length)",
    replace: "Math.sqrt(squares / (values.length - 1))",
    tests: data("scale"),
  },
  {
    bug: "a window sees the row it is to predict",
    file: "worker/data/inputs/inputs.ts",
    find: ": end - window;",
    replace: ": end - window + 1;",
    tests: data("windows"),
  },
  {
    bug: "the last window of training reaches into validation",
    file: "worker/data/outputs/windows.ts",
    find: "for (; t + horizon <= end; t += stride) yield t;",
    replace: "for (; t + horizon <= end + 1; t += stride) yield t;",
    tests: data("windows"),
  },
  {
    bug: "validation windows skip the first row",
    file: "worker/data/outputs/windows.ts",
    find: "for (let t = start; t + horizon <= end; t++) yield t;",
    replace: "for (let t = start + 1; t + horizon <= end; t++) yield t;",
    tests: data("windows"),
  },
  {
    bug: "a missing value at the start of a series is filled from the series before",
    file: "worker/data/inputs/fill.ts",
    find: "for (const { start, end } of blocks) {\n    let last = leading;",
    replace: "let last = leading;\n  for (const { start, end } of blocks) {",
    tests: data("missing"),
  },
  {
    bug: "interpolation is off by one row",
    file: "worker/data/inputs/fill.ts",
    find: "first + slope * (row - from)",
    replace: "first + slope * (row - from - 1)",
    tests: data("missing"),
  },
  {
    bug: "second differences forget the middle value",
    file: "worker/data/inputs/difference.ts",
    find: "2 * earlier(lag) - earlier(2 * lag)",
    replace: "earlier(lag) - earlier(2 * lag)",
    tests: data("difference"),
  },
  {
    bug: "fractions of a split are rounded down",
    file: "worker/data/split/split.ts",
    find: "return [Math.round(train * rows)",
    replace: "return [Math.floor(train * rows)",
    tests: data("split"),
  },
  {
    bug: "smape goes to 100",
    file: "worker/data/outputs/regression-metrics.ts",
    find: "(200 * sums.relative)",
    replace: "(100 * sums.relative)",
    tests: data("scores"),
  },
  {
    bug: "the bound of smape is 100",
    file: "worker/data/outputs/regression-metrics.ts",
    find: "max: 200",
    replace: "max: 100",
    tests: ["test/orchestrator/config/meaning.test.ts"],
  },
  {
    bug: "macro F1 counts classes that occur nowhere",
    file: "worker/data/outputs/class-metrics.ts",
    find: "(whole > 0 ? parts[i]! / whole : Number.NaN)",
    replace: "(whole > 0 ? parts[i]! / whole : 0)",
    tests: data("classes"),
  },
  {
    bug: "ties count nothing in AUC",
    file: "worker/data/outputs/class-metrics.ts",
    find: "const rank = (i + 1 + tieEnd) / 2;",
    replace: "const rank = i + 1;",
    tests: data("classes"),
  },
  {
    bug: "an interval ignores that windows overlap",
    file: "worker/data/baselines/compare.ts",
    find: "if (blockOf === undefined) return values;",
    replace: "if (values.length > 0) return values;",
    tests: data("compare"),
  },
  // worker/engines
  {
    bug: "a resumed plateau schedule forgets how long it has waited",
    file: "worker/engines/schedule.ts",
    find: "this.plateau = plateau ?? { best: null, waited: 0, scale: 1 };",
    replace: "this.plateau = { best: null, waited: 0, scale: plateau?.scale ?? 1 };",
    tests: ["test/worker/engines/schedule.test.ts"],
  },
  {
    bug: "the cosine schedule never reaches its end",
    file: "worker/engines/schedule.ts",
    find: "return between(1, 0, step / total);",
    replace: "return between(1, 0, step / (2 * total));",
    tests: ["test/worker/engines/schedule.test.ts"],
  },
  {
    bug: "every epoch shuffles alike",
    file: "worker/engines/order.ts",
    find: 'inOrder(samples), rngFor(seed, "shuffle", epoch)',
    replace: 'inOrder(samples), rngFor(seed, "shuffle")',
    tests: ["test/worker/engines/order.test.ts"],
  },
  {
    bug: "the forget gate's bias lies on the input gate",
    file: "worker/engines/init.ts",
    find: "data.fill(1, length / 4, length / 2)",
    replace: "data.fill(1, 0, length / 4)",
    tests: ["test/worker/engines/init.test.ts"],
  },
  // worker/protocol
  {
    bug: "the coordinator takes a message that speaks of another attempt",
    file: "worker/protocol/nats/coordinator/report-batch.ts",
    find: "if (subject !== reportSubject(names, parsed.data.ref)) return",
    replace: "if (subject.length === 0) return",
    tests: ["test/worker/protocol/nats/report-batch.test.ts"],
  },
  // storage
  {
    bug: "a report of an attempt that was given away counts",
    file: "storage/sqlite/record/reports.ts",
    find: "report.attempt < trial.attempts || isEnded(trial.state)",
    replace: "isEnded(trial.state)",
    tests: ["test/storage"],
  },
  {
    bug: "a report sent twice counts twice",
    file: "storage/sqlite/record/reports.ts",
    find: 'if (!insert(recording, report, stale)) return "duplicate";',
    replace: "insert(recording, report, stale);",
    tests: ["test/storage"],
  },
  {
    bug: "a trial's value is that of its last epoch",
    file: "storage/sqlite/record/reports.ts",
    find: "if (!isBetter(score, trial.score ?? Number.NaN)) return;",
    replace: "if (Number.isNaN(score)) return;",
    tests: ["test/storage"],
  },
  {
    bug: "trials without a value rank first",
    file: "storage/sqlite/trials.ts",
    find: "WHEN score IS NULL THEN 2",
    replace: "WHEN score IS NULL THEN -1",
    tests: ["test/storage"],
  },
  // orchestrator
  {
    bug: "the report that a verdict followed is dropped on resume",
    file: "orchestrator/study/rebuild.ts",
    find: "    if (passed.has(trial) || isLater(report, verdicts.get(trial))) continue;\n    if (isFollowed(report, verdicts.get(trial))) passed.add(trial);",
    replace:
      "    if (isFollowed(report, verdicts.get(trial))) passed.add(trial);\n    if (passed.has(trial) || isLater(report, verdicts.get(trial))) continue;",
    tests: ["test/orchestrator/study/rebuild.test.ts"],
  },
  {
    bug: "the epoch that an old verdict followed is dropped on resume",
    file: "orchestrator/study/rebuild.ts",
    find: "epoch > verdict.epoch",
    replace: "epoch >= verdict.epoch",
    tests: ["test/orchestrator/study"],
  },
  {
    bug: "an older checkpoint that comes again takes the place of a newer one",
    file: "orchestrator/study/transition.ts",
    find: 'if (trial !== undefined && written === "recorded") trial.checkpoint',
    replace: "if (trial !== undefined) trial.checkpoint",
    tests: ["test/orchestrator/study"],
  },
  {
    bug: "a pause for an interruption counts as one of the trial's own",
    file: "orchestrator/study/settlement.ts",
    find: "trial.order === null && end.epoch !== context.pausesAt",
    replace: "trial.order === null && end.epoch > 1e9",
    tests: ["test/orchestrator/study/settlement.test.ts"],
  },
  {
    bug: "what a trial reports after its pruning counts",
    file: "orchestrator/study/transition.ts",
    find: "if (isPruned(state.trials.get(trial)?.order)) return effects;",
    replace: "",
    tests: ["test/orchestrator/study"],
  },
  {
    bug: "90 minutes are shown as 2 h 30 min",
    file: "orchestrator/views/numbers.ts",
    find: "`${Math.floor(minutes / 60)} h",
    replace: "`${Math.round(minutes / 60)} h",
    tests: ["test/orchestrator/views/numbers.test.ts"],
  },
  {
    bug: "skill is measured against the worst naive baseline",
    file: "orchestrator/views/skill.ts",
    find: "compareScores(toScore(a.value, goal), toScore(b.value, goal))",
    replace: "compareScores(toScore(b.value, goal), toScore(a.value, goal))",
    tests: ["test/orchestrator/views/skill.test.ts"],
  },
  {
    bug: "an interval that touches 0 counts as a win",
    file: "orchestrator/verdict/verdict.ts",
    find: 'if (high < 0) return "beats";',
    replace: 'if (low < 0) return "beats";',
    tests: ["test/orchestrator/verdict"],
  },
  {
    bug: "a model level with a naive baseline is called useful",
    file: "orchestrator/verdict/verdict.ts",
    find: "naive.difference >= 0",
    replace: "naive.difference > 0.5",
    tests: ["test/orchestrator/verdict"],
  },
];
