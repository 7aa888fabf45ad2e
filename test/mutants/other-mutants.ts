import type { Mutant } from "./mutant.ts";

/** Bugs in the other rooms. */
export const otherMutants: readonly Mutant[] = [
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
  // worker/program
  {
    bug: "a program that hands its trial back (exit code 75) has failed",
    file: "worker/program/judge-end.ts",
    find: "if (exit.code === handBackCode)",
    replace: "if (exit.code === handBackCode + 1)",
    tests: ["test/worker/program/judge-end.test.ts"],
  },
  // worker/protocol
  {
    bug: "the coordinator takes a message that speaks of another attempt",
    file: "worker/protocol/nats/coordinator/report-batch.ts",
    find: "if (subject !== stem && !subject.startsWith(`${stem}.`)) return",
    replace: "if (stem.length === 0) return",
    tests: ["test/worker/protocol/nats/report-batch.test.ts"],
  },
  // storage
  {
    bug: "a report of an attempt that was given away counts",
    file: "storage/sqlite/record/reports.ts",
    find: "report.attempt < standing.attempts || isEnded(standing.state)",
    replace: "isEnded(standing.state)",
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
    find: "if (!isBetter(score, curve.score ?? Number.NaN)) return;",
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
  // the other rooms of orchestrator
  {
    bug: "a question listens to a worker that does not hold it",
    file: "orchestrator/questions/questions.ts",
    find: "question.worker === null || question.worker === message.worker",
    replace: "question.messages !== null",
    tests: ["test/orchestrator/questions/questions.test.ts"],
  },
  {
    bug: "what a study of a lab cannot use stays unused",
    file: "orchestrator/lab/shares.ts",
    find: "Math.min(priority, (before * limit) / share)",
    replace: "Math.min(priority, before)",
    tests: ["test/orchestrator/lab/shares.test.ts"],
  },
  {
    bug: "the tests of a race are not corrected for their number",
    file: "orchestrator/repeats/race.ts",
    find: "survivors(racing, round, risk / tests)",
    replace: "survivors(racing, round, risk / Math.min(1, tests))",
    tests: ["test/orchestrator/repeats/race.test.ts"],
  },
  {
    bug: "a pruned trial has its best value for Optuna, not its last",
    file: "orchestrator/exports/to-optuna.ts",
    find: 'state === "PRUNED" ? trial.lastValue',
    replace: 'state === "PRUNED" ? trial.value',
    tests: ["test/orchestrator/exports/exports.test.ts"],
  },
  {
    bug: "known results in the other direction are taken",
    file: "orchestrator/known/read-csv.ts",
    find: '    demandSame(row, "goal", goal, where);\n',
    replace: "",
    tests: ["test/orchestrator/known/known.test.ts"],
  },
];
