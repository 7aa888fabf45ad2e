import type { CurvePoint, Importance, ParameterImportance } from "../../../search/importance.ts";
import type { StudyImportance } from "../../importance/study-importance.ts";
import { amongText } from "../../views/best-share.ts";
import { digits, figure, paramText } from "../../views/numbers.ts";
import type { Colors } from "../io.ts";
import { sparkline } from "../live/sparkline.ts";
import { fold } from "./fold.ts";
import { renderTable, type Cell, type Column } from "./table.ts";
import { clip } from "../../views/text-width.ts";

type Known = Extract<Importance, { kind: "importance" }>;

const columns: readonly Column[] = [
  { head: "parameter" },
  { head: "share", align: "right" },
  { head: "" },
  { head: "curve" },
  { head: "from … to", optional: true },
  { head: "best at", align: "right" },
  { head: "there", align: "right" },
];
/** Below this the model has hardly learned anything. */
const littleExplained = 0.3;
const shownInteractions = 5;
const widestValue = 24;
const barWidth = 10;

/** What matters as a table, the interactions that count below it. */
export function importanceText(view: StudyImportance, known: Known, width: number, colors: Colors): string {
  const { metric, goal } = view;
  const rows = known.parameters.map((parameter) => cells(parameter, goal, colors));
  const table = renderTable(columns, rows, width, colors.bold).lines;
  const parts = [
    fold(headline(view, known), width),
    ...(known.explained < littleExplained ? [fold(doubt(known), width).map(colors.yellow)] : []),
    table,
    interactionLines(known, width),
    fold(legend(metric, known), width).map(colors.dim),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function headline({ study, metric }: StudyImportance, { trials, explained, among }: Known): string {
  const which = among === null ? "" : ` among ${amongText(among, metric)}`;
  return `${study}: what ${metric} depends on${which}, from ${trials} trials; a model of them explains ${share(explained)} of the differences between trials it has not seen`;
}

function doubt({ explained }: Known): string {
  return `${share(explained)} is little: these shares may be chance; more trials, or a wider search, would tell`;
}

function legend(metric: string, { among }: Known): string {
  const cut = among === null ? "" : "all worse trials count as the worst of the best; ";
  return (
    cut +
    `share: part of the variance of ${metric} over the whole space that the parameter explains alone; curve: mean ${metric} along ` +
    "its values, all else averaged out, drawn between its own least and greatest; there: that mean at its best"
  );
}

function cells(
  { name, share: part, curve }: ParameterImportance,
  goal: StudyImportance["goal"],
  colors: Colors,
): Cell[] {
  const best = bestPoint(curve, goal);
  const [first, last] = [curve[0], curve.at(-1)];
  const bar = "█".repeat(Math.round(part * barWidth)).padEnd(barWidth, "·");
  return [
    { text: name },
    { text: share(part) },
    { text: bar, style: colors.cyan },
    {
      text: sparkline(
        curve.map(({ mean }) => mean),
        curve.length,
      ),
    },
    {
      text: first === undefined || last === undefined ? "" : `${valueText(first)} … ${valueText(last)}`,
      style: colors.dim,
    },
    { text: best === undefined ? "" : valueText(best) },
    { text: best === undefined ? "" : digits(best.mean) },
  ];
}

function bestPoint(curve: readonly CurvePoint[], goal: StudyImportance["goal"]): CurvePoint | undefined {
  const sign = goal === "minimize" ? 1 : -1;
  return curve.toSorted((a, b) => sign * (a.mean - b.mean))[0];
}

function interactionLines({ interactions, rest }: Known, width: number): string[] {
  const shown = interactions.filter((pair) => pair.share >= 0.01).slice(0, shownInteractions);
  const lines = shown.map(({ names, share: part }) => `${share(part).padStart(5)}  ${names.join(" × ")}`);
  if (rest >= 0.01) lines.push(`${share(rest).padStart(5)}  three and more together`);
  return lines.length === 0
    ? []
    : ["together, beyond what each does alone:", ...lines].flatMap((line) => fold(line, width));
}

function valueText({ at }: CurvePoint): string {
  return clip(typeof at === "number" ? figure(at) : paramText(at), widestValue);
}

function share(part: number): string {
  return part > 0 && part < 0.01 ? "<1 %" : `${Math.round(100 * part)} %`;
}
