import { plural } from "../../../worker/data/errors.ts";
import type { ShuffledInput } from "../../../worker/protocol/input-importance.ts";
import type { StudyInputImportance } from "../../importance/input-importance.ts";
import { figure } from "../../views/numbers.ts";
import type { Colors } from "../io.ts";
import { fold } from "./fold.ts";
import { renderTable, type Cell, type Column } from "./table.ts";

const barWidth = 10;

/** What the best model loses without each of its inputs, as a table. */
export function inputImportanceText(view: StudyInputImportance, width: number, colors: Colors): string {
  const { study, trial, inputs: found } = view;
  const { metric, score, samples, repeats, inputs } = found;
  const columns: readonly Column[] = [
    { head: "input" },
    { head: `${metric} worse by`, short: "worse by", align: "right" },
    { head: "±", align: "right" },
    { head: "", optional: true },
  ];
  const most = Math.max(0, ...inputs.map(({ worse }) => worse ?? 0));
  const rows = inputs.map((input) => cells(input, most, colors));
  const headline = `${study}: what each input is worth to the model of trial ${trial}, whose ${metric} is ${figure(score)} on ${plural(samples, "validation sample")}`;
  const legend = `worse by: mean change of ${metric} while the input is shuffled between samples, ${repeats} times; ±: standard error of that mean, of the shuffling alone; within two of them of 0 the model makes no use of the input that shows. Inputs that say the same stand in for each other: each of them may look unimportant`;
  return [
    ...fold(headline, width),
    "",
    ...renderTable(columns, rows, width, colors.bold).lines,
    "",
    ...fold(legend, width).map(colors.dim),
  ].join("\n");
}

function cells({ kind, name, worse, error }: ShuffledInput, most: number, colors: Colors): Cell[] {
  const shows = worse === null || error === null || worse > 2 * error;
  const part = most > 0 ? Math.max(0, worse ?? most) / most : 0;
  const bar = "█".repeat(Math.round(Math.min(1, part) * barWidth)).padEnd(barWidth, "·");
  return [
    { text: kind === "calendar" ? `${name} (calendar)` : name },
    { text: worse === null ? "not finite" : figure(worse), ...(shows ? {} : { style: colors.dim }) },
    { text: figure(error), style: colors.dim },
    { text: bar, style: colors.cyan },
  ];
}
