import { milestones, type Comparison, type StrategyResult } from "../../simulate/compare.ts";
import type { MeanAndError } from "../../simulate/statistics.ts";
import { digits, duration, figure } from "../../views/numbers.ts";
import type { Colors } from "../io.ts";
import { fold } from "./fold.ts";
import { renderTable, type Cell, type Column } from "./table.ts";

/** A comparison as a table with what it was made from above it. */
export function simulationText(comparison: Comparison, width: number, colors: Colors): string {
  const isAlone = comparison.strategies.length === 1;
  const columns: Column[] = [
    { head: "strategy" },
    { head: `best ${comparison.metric}`, short: "best", align: "right" },
    ...milestones.map((share): Column => ({
      head: `${regretWord(comparison)} ${100 * share}%`,
      align: "right",
    })),
    ...(isAlone ? [] : [{ head: "against the first", short: "diff.", align: "right" } as const]),
    ...(comparison.several === null ? [{ head: "rank", align: "right" } as const] : []),
    { head: "trials", align: "right", optional: true },
    { head: "complete", align: "right", optional: true },
    { head: "epochs", align: "right", optional: true },
    { head: "time", align: "right", optional: true },
  ];
  const least = Math.min(...comparison.strategies.map(({ regret }) => regret.at(-1)!.mean));
  const rows = comparison.strategies.map((result) => {
    const style = result.regret.at(-1)!.mean === least && !isAlone ? { style: colors.green } : {};
    return texts(result, isAlone).map((text): Cell => ({ text, ...style }));
  });
  const table = renderTable(columns, rows, width, colors.bold).lines;
  return [...head(comparison), "", ...table, "", ...foot(comparison).map(colors.dim)]
    .flatMap((line) => (table.includes(line) ? [line] : fold(line, width)))
    .join("\n");
}

function texts(result: StrategyResult, isAlone: boolean): string[] {
  return [
    result.name,
    withError(result.best),
    ...result.regret.map(({ mean }) => digits(mean)),
    ...(isAlone ? [] : [withError(result.difference)]),
    ...(result.rank === null ? [] : [figure(result.rank)]),
    figure(result.trials),
    figure(result.complete),
    String(Math.round(result.epochs)),
    duration(1000 * result.seconds),
  ];
}

function withError({ mean, error }: MeanAndError): string {
  if (!Number.isFinite(mean)) return "–";
  if (!Number.isFinite(error)) return digits(mean);
  return `${digits(mean)} ± ${error === 0 ? "0" : error.toPrecision(2)}`;
}

function regretWord({ several }: Comparison): string {
  return several === null ? "regret" : "open";
}

function head({ recording, metric, goal, several, bestRecorded, seeds, workers }: Comparison): string[] {
  const direction = goal === "minimize" ? "lower" : "higher";
  const by =
    several === null
      ? `${metric}, ${direction} is better, best recorded ${figure(bestRecorded)}`
      : `${several.metrics.join(", ")}; ${several.front} of them are on the Pareto front`;
  return [
    `${recording.name}: ${recording.curves} recorded curves of up to ${recording.epochs} epochs; ${by}`,
    `${seeds} ${seeds === 1 ? "study" : "studies"} per strategy, ${workers} virtual ${workers === 1 ? "worker" : "workers"}`,
  ];
}

function foot({ matched, unknown, several }: Comparison): string[] {
  const lines = [
    several === null
      ? "regret: how much worse the best so far is than the best recorded, when this share of the epochs of all trials " +
        "without early termination is spent; rank: of the best found among the records, median; ± standard error"
      : "open: the share of the volume dominated by the records' front that the front found so far leaves open, when this share of the " +
        "epochs of all trials without early termination is spent; ± standard error",
    `a configuration trains like the record nearest to it in ${matched.join(", ")}`,
  ];
  if (unknown.length > 0) lines.push(`not recorded, so without effect here: ${unknown.join(", ")}`);
  return lines;
}
