import type { Parameter } from "../../../../search/space.ts";
import { figure } from "../../numbers.ts";
import { emptyPlot, type BarMark, type Plot, type XyPanel } from "../plot.ts";
import { numberScale, paramAxis, place } from "../scales.ts";
import type { PlotStudy, PlotTrial } from "../study.ts";
import { cellOf, chosenParameters, variedParameters } from "./params.ts";

/** Parts of a range, and panels at most. */
const parts = 8;
const mostPanels = 6;

/** Where in the space trials diverge, fail or run out of memory: for each parameter the share of its trials that did. */
export function failuresPlot(study: PlotStudy, params?: readonly string[]): Plot {
  const heading = "Where trials diverge and fail";
  const ended = study.trials.filter(
    ({ state }) => state !== "running" && state !== "paused" && state !== "cancelled" && state !== "invalid",
  );
  const bad = ended.filter(isBad);
  if (bad.length === 0) {
    const sentence =
      ended.length === 0
        ? `No trial of ${study.name} has ended yet.`
        : ended.length === 1
          ? `The only trial of ${study.name} that ended neither diverged nor failed.`
          : `None of the ${ended.length} trials of ${study.name} that ended diverged or failed.`;
    return emptyPlot("failures", heading, sentence);
  }
  const binned = chosenParameters(study, params, undefined, Infinity)
    .map((parameter) => ({ parameter, bins: binsOf(parameter, ended) }))
    .toSorted((a, b) => spread(b.bins) - spread(a.bins))
    .slice(0, mostPanels);
  return {
    kind: "failures",
    heading,
    sentence: sentenceOf(study, ended, bad, binned[0]),
    panels: binned.map(({ parameter, bins }) => panelOf(parameter, bins)),
    legend: [{ label: "share of the trials there that diverged or failed", tone: "bad", mark: "bar" }],
    table: {
      columns: ["trial", "outcome", "reason", ...binned.map(({ parameter }) => parameter.name)],
      rows: bad.map(({ number, state, reason, params: own }) => [
        number,
        state,
        reason,
        ...binned.map(({ parameter }) => cellOf(own[parameter.name])),
      ]),
    },
  };
}

function isBad({ state }: PlotTrial): boolean {
  return state === "diverged" || state === "failed";
}

/** A part of a parameter's axis and the trials in it. */
interface Bin {
  readonly from: number;
  readonly to: number;
  /** As people read it. */
  readonly name: string;
  readonly trials: number;
  readonly bad: number;
}

function binsOf({ name, domain }: Parameter, ended: readonly PlotTrial[]): readonly Bin[] {
  const { axis, at } = paramAxis(name, domain);
  const { scale } = axis;
  const count = scale.kind === "band" ? scale.ticks.length : parts;
  const found = Array.from({ length: count }, () => ({ trials: 0, bad: 0 }));
  for (const trial of ended) {
    const share = place(scale, at(trial.params[name]));
    if (!Number.isFinite(share)) continue;
    const bin = found[Math.min(count - 1, Math.max(0, Math.floor(share * count)))]!;
    bin.trials++;
    if (isBad(trial)) bin.bad++;
  }
  return found.map((bin, i) => {
    const [from, to] = [valueAt(scale, i / count), valueAt(scale, (i + 1) / count)];
    const label = scale.kind === "band" ? (scale.ticks[i]?.label ?? "") : rangeText(domain, from, to);
    return { ...bin, from, to, name: label };
  });
}

/** A part of an axis in values that a parameter can have: the axis goes on a little beyond them. */
function rangeText(domain: Parameter["domain"], from: number, to: number): string {
  if (domain.kind !== "int" && domain.kind !== "float") return `${figure(from)} to ${figure(to)}`;
  const [low, high] = [Math.max(from, domain.min), Math.min(to, domain.max)];
  if (domain.kind === "float") return `${figure(low)} to ${figure(high)}`;
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  return first >= last ? String(last) : `${first} to ${last}`;
}

/** What stands at a share of the axis. */
function valueAt({ kind, low, high }: XyPanel["x"]["scale"], share: number): number {
  return kind === "log" ? low * (high / low) ** share : low + share * (high - low);
}

/** How much the share of bad trials differs along a parameter: its variance over the trials. */
function spread(bins: readonly Bin[]): number {
  const trials = bins.reduce((sum, bin) => sum + bin.trials, 0);
  const bad = bins.reduce((sum, bin) => sum + bin.bad, 0);
  if (trials === 0) return 0;
  const mean = bad / trials;
  const filled = bins.filter((bin) => bin.trials > 0);
  return filled.reduce((sum, bin) => sum + bin.trials * (bin.bad / bin.trials - mean) ** 2, 0) / trials;
}

function panelOf({ name, domain }: Parameter, bins: readonly Bin[]): XyPanel {
  const { axis } = paramAxis(name, domain);
  const scale = numberScale(0, 1, false, 0);
  const ticks = scale.ticks.map(({ at }) => ({ at, label: `${Math.round(100 * at)} %` }));
  const thin = axis.scale.kind === "band" ? 0.15 : 0;
  return {
    kind: "xy",
    title: name,
    x: { ...axis, label: "" },
    y: { label: "", scale: { ...scale, high: 1.08, ticks } },
    marks: bins
      .filter(({ trials }) => trials > 0)
      .map(({ from, to, bad, trials }): BarMark => ({
        kind: "bar",
        x0: from + thin,
        x1: to - thin,
        y0: 0,
        y1: bad / trials,
        tone: "bad",
        above: `${bad}/${trials}`,
      })),
    outside: "",
  };
}

function sentenceOf(
  { name, ...study }: PlotStudy,
  ended: readonly PlotTrial[],
  bad: readonly PlotTrial[],
  first: { readonly parameter: Parameter; readonly bins: readonly Bin[] } | undefined,
): string {
  const diverged = bad.filter(({ state }) => state === "diverged").length;
  const memory = bad.filter(({ reason }) => /memory|SIGKILL/i.test(reason ?? "")).length;
  const failed = bad.length - diverged;
  const kinds = [
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(failed > 0 ? [`${failed} failed${memory > 0 ? ` (${memory} out of memory or killed)` : ""}`] : []),
  ].join(", ");
  // One bad trial of one says less than nine of ten.
  const usual = bad.length / ended.length;
  const excess = ({ bad: own, trials }: Bin): number => own - usual * trials;
  const worst = first?.bins
    .filter(({ trials }) => trials > 0)
    .reduce((a, b) => (excess(b) > excess(a) ? b : a));
  const where =
    first === undefined || worst === undefined || spread(first.bins) === 0
      ? ""
      : `; most of all at ${first.parameter.name} ${worst.name} (${worst.bad} of ${worst.trials})`;
  const parameters = variedParameters({ name, ...study }).length;
  const left = parameters > mostPanels ? ` ${mostPanels} of ${parameters} parameters are shown.` : "";
  return `Of ${ended.length} trials of ${name} ${kinds}${where}.${left}`;
}
