import type { Mutant } from "./mutant.ts";

const data = (name: string): readonly string[] => [`test/worker/data/${name}.test.ts`];

/** Bugs in worker/data/. */
export const dataMutants: readonly Mutant[] = [
  // worker/data
  {
    bug: "the scale of an input divides by n - 1",
    file: "worker/data/inputs/scale.ts",
    find: "Math.sqrt(squares.sum / count)",
    replace: "Math.sqrt(squares.sum / (count - 1))",
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
    find: "for (; t + horizon <= end; t += stride) take(t);",
    replace: "for (; t + horizon <= end + 1; t += stride) take(t);",
    tests: data("windows"),
  },
  {
    bug: "validation windows skip the first row",
    file: "worker/data/outputs/windows.ts",
    find: "for (let t = firstScored(part, series, settings); t <= last; t++) {",
    replace: "for (let t = firstScored(part, series, settings) + 1; t <= last; t++) {",
    tests: data("windows"),
  },
  {
    bug: "a smaller window is scored on more rows of a short series",
    file: "worker/data/outputs/scored-rows.ts",
    find: "return Math.max(settings.rows_before ?? 0, settings.window",
    replace: "return Math.max(0, settings.window",
    tests: data("short-series"),
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
    bug: "the row kernel forgets leading zeros",
    file: "worker/data/file/kernels/number.ts",
    find: "|| (leadingZero && whole > 1)) return other;",
    replace: ") return other;",
    tests: data("row-kernel"),
  },
  {
    bug: "the row kernel takes a row whose end may not be there yet",
    file: "worker/data/file/kernels/index.ts",
    find: "if (end - base < block) marks &= (<u64>1 << (end - base)) - 1;",
    replace: "",
    tests: data("row-kernel"),
  },
  {
    bug: "the row kernel forgets that a line end may go on in the next piece",
    file: "worker/data/file/kernels/index.ts",
    find: "if (start >= end) return row;",
    replace: "",
    tests: data("row-kernel"),
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
];
