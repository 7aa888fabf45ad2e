import type { Importance } from "../../../search/importance.ts";
import { contourPlot } from "./kinds/contour.ts";
import { curvesPlot } from "./kinds/curves.ts";
import { edfPlot } from "./kinds/edf.ts";
import { failuresPlot } from "./kinds/failures.ts";
import { forecastPlot, type PlotForecast } from "./kinds/forecast.ts";
import { historyPlot } from "./kinds/history.ts";
import { importancePlot } from "./kinds/importance.ts";
import { lrPlot } from "./kinds/lr.ts";
import { parallelPlot } from "./kinds/parallel.ts";
import { paretoPlot } from "./kinds/pareto.ts";
import { slicePlot } from "./kinds/slice.ts";
import { timelinePlot } from "./kinds/timeline.ts";
import type { Plot, PlotKind } from "./plot.ts";
import type { PlotStudy } from "./study.ts";

/** What some kinds show beside the study, and how. */
export interface PlotOptions {
  /** Needed by `importance`; chooses the parameters of `parallel`, `slice` and `contour` where there are many. */
  readonly importance?: Importance;
  /** Needed by `forecast`. */
  readonly forecast?: PlotForecast;
  /** Parameters to show, or the two metrics of `pareto`. */
  readonly names?: readonly string[];
  /** `history`: what runs along the axis. */
  readonly over?: "trials" | "time";
  /** `curves`: only this many of the best. */
  readonly top?: number;
  /** `curves`: a logarithmic axis also where values lie close together. */
  readonly log?: boolean;
  /** Axes show every value, however far out. */
  readonly all?: boolean;
  /** `edf`: other studies beside it. */
  readonly others?: readonly PlotStudy[];
}

function notAsked({ name }: PlotStudy): PlotForecast {
  return { kind: "unknown", reason: `What the models of ${name} predict was not looked at.` };
}

/** The plot of a kind. `importance` and `forecast` need what is computed elsewhere: without it they say so. */
export function plotOf(kind: PlotKind, study: PlotStudy, options: PlotOptions = {}): Plot {
  const { importance, names = [], all = false } = options;
  const ranking =
    importance?.kind === "importance" ? { importance: importance.parameters.map(({ name }) => name) } : {};
  const some = { ...(names.length > 0 ? { params: names } : {}), ...ranking, all };
  switch (kind) {
    case "history":
      return historyPlot(study, { over: options.over ?? "trials", all });
    case "curves":
      return curvesPlot(study, {
        ...(options.top === undefined ? {} : { top: options.top }),
        log: options.log ?? false,
        all,
      });
    case "importance":
      return importancePlot(
        study,
        importance ?? { kind: "too_few_trials", trials: study.trials.length, needed: 8 },
      );
    case "parallel":
      return parallelPlot(study, some);
    case "slice":
      return slicePlot(study, some);
    case "contour":
      return contourPlot(study, some);
    case "forecast":
      return forecastPlot(study, options.forecast ?? notAsked(study), all);
    case "timeline":
      return timelinePlot(study);
    case "lr":
      return lrPlot(study.name, study.ranges);
    case "failures":
      return failuresPlot(study, names.length > 0 ? names : undefined);
    case "edf":
      return edfPlot(study, options.others ?? [], all);
    case "pareto": {
      const [across, up] = names;
      return paretoPlot(study, {
        ...(across === undefined ? {} : { metrics: [across, up ?? study.metric] as const }),
        all,
      });
    }
    default:
      return kind satisfies never;
  }
}
