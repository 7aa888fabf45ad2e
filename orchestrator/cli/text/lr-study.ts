import type { RangeAnalysis } from "../../../search/lr-range/analyse.ts";
import type { RateRange } from "../../../search/lr-range/narrowed.ts";
import { defaultRule, ruleNames } from "../../../search/lr-range/rules.ts";
import type { RangeRecord } from "../../lr-range/range-records.ts";
import type { TestedTrial } from "../../lr-range/study-table.ts";
import { digits, figure } from "../../views/numbers.ts";
import { paramLine } from "../../views/params.ts";
import type { Colors } from "../io.ts";
import { fold } from "./fold.ts";
import { rangePlot } from "./lr-plot.ts";
import { renderTable } from "./table.ts";

interface Style {
  readonly columns: number;
  readonly colors: Colors;
}

/** Every range test of a `method: lr_range` study with a learning rate by each rule. */
export function testedTrialsText(study: string, tested: readonly TestedTrial[], style: Style): string {
  const heads = [
    { head: "trial", align: "right" as const },
    { head: "configuration" },
    ...ruleNames.map((rule) => ({
      head: rule === defaultRule ? `${rule} (default)` : rule,
      align: "right" as const,
      optional: rule !== defaultRule,
    })),
  ];
  const rows = tested.map(({ trial, params, analysis }) =>
    [String(trial), paramLine(params), ...analysis.suggestions.map(({ rate }) => rateText(rate))].map(
      (text) => ({
        text,
      }),
    ),
  );
  const table = renderTable(heads, rows, style.columns, style.colors.bold);
  return [`${style.colors.bold(study)}  learning rates by range test`, "", ...table.lines].join("\n");
}

/** The range tests that narrow the learning rate of a sweep. `whole`: its own range. */
export function rangeRecordsText(
  study: string,
  records: readonly RangeRecord[],
  whole: RateRange,
  style: Style,
): string {
  const heads = [
    { head: "architectures" },
    { head: "suggestion", align: "right" as const },
    { head: "searched from", align: "right" as const },
    { head: "to", align: "right" as const },
    { head: "", optional: true },
  ];
  const rows = records.map(({ bucket, rate, range, reason }) =>
    [
      bucket === "" ? "all" : bucket,
      rateText(rate),
      figure((range ?? whole).min),
      figure((range ?? whole).max),
      reason ?? "",
    ].map((text) => ({ text })),
  );
  const table = renderTable(heads, rows, style.columns, style.colors.bold);
  return [`${style.colors.bold(study)}  learning rates by range test`, "", ...table.lines].join("\n");
}

/** The curve of one range test over its learning rates, and the suggestions, for `seqtune show`. */
export function rangeCurveText(analysis: RangeAnalysis, { columns, colors }: Style): string {
  const found = analysis.suggestions.map((one) =>
    one.rate === null ? `${one.rule} none (${one.reason})` : `${one.rule} ${digits(one.rate)}`,
  );
  return [
    colors.bold("range test"),
    ...rangePlot(analysis, [], columns),
    ...fold(`learning rates: ${found.join(", ")}`, columns),
  ].join("\n");
}

function rateText(rate: number | null): string {
  return rate === null ? "none" : digits(rate);
}
