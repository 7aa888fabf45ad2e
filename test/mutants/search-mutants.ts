import type { Mutant } from "./mutant.ts";

const pruners = ["test/search/pruners.test.ts"];
const samplers = ["test/search/samplers.test.ts"];

/** Bugs in search/. */
export const searchMutants: readonly Mutant[] = [
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
    tests: ["test/search/rungs.test.ts"],
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
    tests: pruners,
  },
  {
    bug: "a maximised metric is minimised",
    file: "search/scores.ts",
    find: 'return goal === "maximize" ? -value : value;',
    replace: "return value;",
    tests: pruners,
  },
  {
    bug: "the generator never draws the last value of a range of integers",
    file: "search/random.ts",
    find: "int: (n) => Math.floor(next() * n)",
    replace: "int: (n) => Math.floor(next() * (n - 1))",
    tests: ["test/search/random.test.ts"],
  },
  {
    bug: "conditional parameters are drawn where they do not apply",
    file: "search/domain.ts",
    find: "if (isActive(parameter, chosen)) chosen[parameter.name]",
    replace: "chosen[parameter.name]",
    tests: ["test/search/domain.test.ts"],
  },
  {
    bug: "a finite space may repeat a configuration",
    file: "search/samplers/distinct.ts",
    find: "if (!seen.keys.has(keyOf(seen, params))) return params;\n      if (tries",
    replace: "if (tries > 0) return params;\n      if (tries",
    tests: samplers,
  },
  {
    bug: "the grid forgets its last cell",
    file: "search/samplers/grid.ts",
    find: "if (cursor.cell >= cells.size) return",
    replace: "if (cursor.cell >= cells.size - 1) return",
    tests: samplers,
  },
  {
    bug: "a strict constraint is kept at its limit",
    file: "search/goals/goals.ts",
    find: "excess === 0 && isStrict ?",
    replace: "excess === 1 && isStrict ?",
    tests: ["test/search/goals.test.ts"],
  },
];
