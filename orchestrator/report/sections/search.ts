import { conditionText, domainText } from "../../views/domain-text.ts";
import { paramText } from "../../views/numbers.ts";
import { plotOf, type PlotOptions } from "../../views/plots/plots.ts";
import type { PlotKind } from "../../views/plots/plot.ts";
import { facts, grid, says, section, type GridRow, type Html } from "../elements.ts";
import { plotFigure } from "../figure.ts";
import type { StudyReport } from "../study-report.ts";

/** Curves of the best, at most: a file to mail stays small. */
const mostCurves = 200;

/** One plot of the report, with its sentence and its table. */
export function plotSection(report: StudyReport, kind: PlotKind, options: PlotOptions = {}): Html {
  const { plotted, importance, forecast } = report;
  const plot = plotOf(kind, plotted, { importance, forecast, top: mostCurves, ...options });
  return plotFigure(plot, { id: `plot-${kind}`, level: 2 });
}

/** Plots of failures and of workers say something only where there was trouble. */
export function troubleSections(report: StudyReport): Html {
  const { counts } = report.board;
  return counts.failed + counts.diverged === 0 ? "" : plotSection(report, "failures");
}

/** How the search was done: method, rule, ranges. */
export function spaceSection({ sweep, plotted, best, importance }: StudyReport): Html {
  const share = new Map(
    importance.kind === "importance" ? importance.parameters.map((one) => [one.name, one.share]) : [],
  );
  const conditional = plotted.space.parameters.some(({ when }) => when.length > 0);
  const conditions = conditional ? ["condition"] : [];
  const rows = plotted.space.parameters.map((parameter): GridRow => {
    const part = share.get(parameter.name);
    return {
      cells: [
        parameter.name,
        domainText(parameter.domain),
        ...conditions.map(() => conditionText(parameter)),
        paramText(best?.params[parameter.name]),
        part === undefined ? "" : `${Math.round(100 * part)} %`,
      ],
    };
  });
  const about =
    sweep === null
      ? says("The study came without a sweep file: these are the values its trials have.")
      : facts([
          ["search", sweep.method.name],
          ["early termination", sweep.earlyTerminate.map(({ type }) => type).join(", ") || "none"],
          ["epochs of a trial", `at most ${sweep.budget.epochs}`],
        ]);
  const table =
    rows.length === 0
      ? says("Nothing was searched.")
      : grid(["parameter", "searched", ...conditions, "best", "importance"], rows, {
          numbers: [conditional ? 4 : 3],
        });
  return section("Search space", about + table);
}
