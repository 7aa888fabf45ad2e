import { bestPossible } from "../../config/metrics.ts";
import { historyPlot } from "../../views/plots/kinds/history.ts";
import type { SeenTrial, Snapshot } from "../../views/snapshot.ts";
import type { PlotTrial } from "../../views/plots/study.ts";
import type { Colors } from "../io.ts";
import { drawXyPanel } from "../text/plot/panel.ts";

/** Fewer lines show nothing. */
const leastRows = 9;
const mostRows = 22;

/** The best so far over the trials, the baselines drawn through, in the lines that are left; none where there are too few. */
export function bestSoFarLines(snapshot: Snapshot, columns: number, rows: number, colors: Colors): string[] {
  if (rows < leastRows || columns < 40 || snapshot.ranked.length < 3) return [];
  const { study, metric, goal, baselines, startedAt } = snapshot;
  const { panels, heading } = historyPlot({
    name: study,
    state: "running",
    metric,
    goal,
    perfect: bestPossible(metric, goal),
    goals: {},
    baselines,
    space: { parameters: [] },
    epochs: snapshot.epochs,
    rungs: [],
    startedAt,
    until: startedAt,
    trials: snapshot.ranked.map((trial) => plotTrial(trial, startedAt)).sort((a, b) => a.number - b.number),
    attempts: [],
    ranges: [],
  });
  const [panel] = panels;
  if (panel?.kind !== "xy") return [];
  const height = Math.min(mostRows, rows) - 1;
  return [colors.bold(heading), ...drawXyPanel(panel, columns, height).lines(colors)];
}

function plotTrial({ number, params, state, value, bestEpoch, curve }: SeenTrial, at: number): PlotTrial {
  return {
    number,
    params,
    state,
    value,
    bestEpoch,
    at,
    reason: null,
    repeatOf: null,
    curve: curve.map((one) => one ?? Number.NaN),
    metrics: {},
    seconds: 0,
  };
}
