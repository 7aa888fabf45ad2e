import { emptyPlot, type Plot, type PlotKind } from "../../../orchestrator/views/plots/plot.ts";

/** In place of a plot of the selected trials, where there is none. */
export function noneChosen(kind: PlotKind, heading: string): Plot {
  return emptyPlot(kind, heading, "No trial is selected: clear a condition to see some.");
}
