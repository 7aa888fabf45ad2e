import type { Importance, ParameterImportance } from "../../../../search/importance.ts";
import type { Parameter } from "../../../../search/space.ts";
import { amongText, bestShareText } from "../../best-share.ts";
import { figure } from "../../numbers.ts";
import { emptyPlot, type BarMark, type Plot, type Scale, type XyPanel } from "../plot.ts";
import { bandScale, numberScale, paramAxis, robustScale } from "../scales.ts";
import type { PlotStudy } from "../study.ts";

/** Bars, and marginal curves, at most. */
const mostBars = 12;
const mostCurves = 4;
/** Trials that importance among all of them needs. */
const fewest = 8;
/** Interactions below this share are not shown. */
const leastShare = 0.02;
/** Below this share of explained variance the rest is to be taken with care. */
const shaky = 0.3;

/** Which parameters explain the metric, alone and together, and the mean of the metric along the foremost of them. */
export function importancePlot(study: PlotStudy, importance: Importance): Plot {
  const heading = `Importance of parameters for ${study.metric}`;
  if (importance.kind === "too_few_trials") {
    const { trials, needed } = importance;
    const which = needed > fewest ? " among so few of the best" : "";
    const sentence = `Importance${which} needs ${needed} trials that ended with a value; ${study.name} has ${trials}.`;
    return emptyPlot("importance", heading, sentence);
  }
  if (importance.kind === "nothing_varies") {
    const { trials, among } = importance;
    const sentence =
      among === null
        ? `Nothing varies among the ${trials} trials of ${study.name}: they have the same parameters or the same ${study.metric}.`
        : `Nothing varies among ${amongText(among, study.metric)} of ${study.name}: choose more of them.`;
    return emptyPlot("importance", heading, sentence);
  }
  const { parameters, interactions, explained, trials, among } = importance;
  const together = interactions.filter(({ share }) => share >= leastShare).slice(0, 3);
  const bars = [
    ...parameters.slice(0, mostBars).map(({ name, share }) => ({ name, share, tone: "main" as const })),
    ...together.map(({ names, share }) => ({ name: names.join(" × "), share, tone: "second" as const })),
  ];
  const first = parameters[0]!;
  const which =
    among === null
      ? ""
      : ` among ${amongText(among, study.metric)}, all others counted as no better than these`;
  const trust =
    explained < shaky
      ? `it foresees only ${percentOf(explained)} of what trials it has not seen come to, so take this with care`
      : `it foresees ${percentOf(explained)} of what trials it has not seen come to`;
  return {
    kind: "importance",
    heading: among === null ? heading : `${heading}, among ${bestShareText(among.share)}`,
    sentence: `${first.name} alone explains ${percentOf(first.share)} of the differences in ${study.metric}${which}, by a random forest of ${trials} trials; ${trust}.`,
    panels: [
      barsPanel(bars),
      ...parameters
        .slice(0, mostCurves)
        .filter(({ share }) => share >= leastShare)
        .flatMap((one) => curvePanel(study, one)),
    ],
    legend: [
      { label: "alone", tone: "main", mark: "bar" },
      ...(together.length > 0
        ? [{ label: "together beyond that", tone: "second", mark: "bar" } as const]
        : []),
    ],
    table: {
      columns: ["parameter", "share"],
      rows: [
        ...parameters.map(({ name, share }) => [name, share]),
        ...interactions
          .filter(({ share }) => share > 0)
          .map(({ names, share }) => [names.join(" × "), share]),
        ["interactions of three and more", importance.rest],
      ],
    },
  };
}

function percentOf(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function barsPanel(bars: readonly { name: string; share: number; tone: "main" | "second" }[]): XyPanel {
  const upwards = bars.toReversed();
  const most = bars.reduce((a, { share }) => Math.max(a, share), 0.05);
  const high = Math.min(1, most * 1.35);
  const scale = numberScale(0, high, false, 0);
  const ticks = scale.ticks.map(({ at }) => ({ at, label: percentOf(at) }));
  return {
    kind: "xy",
    title: "",
    wide: true,
    x: { label: "share of the variance", scale: { ...scale, ticks } },
    y: { label: "", scale: bandScale(upwards.map(({ name }) => name)) },
    marks: upwards.map(({ share, tone }, i): BarMark => ({
      kind: "bar",
      x0: 0,
      x1: share,
      y0: i - 0.36,
      y1: i + 0.36,
      tone,
      label: percentOf(share),
    })),
    outside: "",
  };
}

/** The expected metric along one parameter, all others averaged out, and how far the trees agree. */
function curvePanel(study: PlotStudy, { name, curve, share }: ParameterImportance): readonly XyPanel[] {
  const parameter: Parameter | undefined = study.space.parameters.find((one) => one.name === name);
  const known = curve.filter(({ mean }) => Number.isFinite(mean));
  if (parameter === undefined || known.length === 0) return [];
  const { axis, at } = paramAxis(name, parameter.domain);
  const xs = known.map((point) => at(point.at));
  const lows = known.map(({ mean, deviation }) => mean - deviation);
  const highs = known.map(({ mean, deviation }) => mean + deviation);
  const { scale } = robustScale([...lows, ...highs], { all: true });
  const band = axis.scale.kind === "band";
  const ys = known.map(({ mean }) => mean);
  return [
    {
      kind: "xy",
      title: `${name} (${percentOf(share)})`,
      x: { ...axis, label: "" },
      y: { label: study.metric, scale: linear(scale) },
      marks: band
        ? [
            ...known.map(
              (_, i) =>
                ({
                  kind: "area",
                  xs: [xs[i]! - 0.25, xs[i]! + 0.25],
                  lows: [lows[i]!, lows[i]!],
                  highs: [highs[i]!, highs[i]!],
                  tone: "main",
                }) as const,
            ),
            ...known.map(
              (_, i) =>
                ({
                  kind: "line",
                  xs: [xs[i]! - 0.25, xs[i]! + 0.25],
                  ys: [ys[i]!, ys[i]!],
                  tone: "main",
                  look: "strong",
                  name: `${name}: ${figure(ys[i]!)}`,
                }) as const,
            ),
          ]
        : [
            { kind: "area", xs, lows, highs, tone: "main" },
            { kind: "line", xs, ys, tone: "main", look: "strong", name },
          ],
      outside: "",
    },
  ];
}

/** A mean less a deviation may be below 0, so these stand on a linear axis. */
function linear(scale: Scale): Scale {
  return scale.kind === "linear" ? scale : numberScale(scale.low, scale.high, false);
}
