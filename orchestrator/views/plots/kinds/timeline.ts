import type { AttemptState } from "../../../../storage/store.ts";
import { duration } from "../../numbers.ts";
import { emptyPlot, type BarMark, type LegendEntry, type Plot, type Tone } from "../plot.ts";
import { bandScale, secondsScale } from "../scales.ts";
import { whyNoValue, type PlotAttempt, type PlotStudy } from "../study.ts";

type Ran = PlotAttempt & { readonly worker: string; readonly startedAt: number };

const tones: Readonly<Record<AttemptState, Tone>> = {
  offered: "faint",
  running: "good",
  complete: "main",
  stopped: "muted",
  paused: "second",
  handed_back: "second",
  diverged: "bad",
  failed: "bad",
  lost: "warn",
};

const words: readonly (readonly [string, readonly AttemptState[]])[] = [
  ["trained to its end", ["complete"]],
  ["stopped early", ["stopped"]],
  ["paused or handed back", ["paused", "handed_back"]],
  ["diverged or failed", ["diverged", "failed"]],
  ["lost with its worker", ["lost"]],
  ["running", ["running"]],
];

/** Who ran what and when: every attempt a bar on its worker's line. `isChosen`: attempts at other trials are shades. */
export function timelinePlot(study: PlotStudy, isChosen: (trial: number) => boolean = () => true): Plot {
  const heading = "Attempts by worker";
  const ran = study.attempts.filter(
    (one): one is Ran => one.worker !== null && one.startedAt !== null && one.state !== "offered",
  );
  if (ran.length === 0) {
    const sentence =
      study.trials.length === 0 ? whyNoValue(study) : `No worker has begun a trial of ${study.name} yet.`;
    return emptyPlot("timeline", heading, sentence);
  }
  // The first to begin stands at the top.
  const workers = [
    ...new Set(ran.toSorted((a, b) => a.startedAt - b.startedAt).map(({ worker }) => worker)),
  ].reverse();
  const end = ran.reduce((latest, one) => Math.max(latest, endOf(study, one)), study.startedAt + 1);
  const seconds = (at: number): number => (at - study.startedAt) / 1000;
  const bars = ran.map((one): BarMark => {
    const line = workers.indexOf(one.worker);
    return {
      kind: "bar",
      x0: seconds(one.startedAt),
      x1: seconds(endOf(study, one)),
      y0: line - 0.38,
      y1: line + 0.38,
      tone: isChosen(one.trial) ? tones[one.state] : "faint",
      label: String(one.trial),
      trial: one.trial,
    };
  });
  return {
    kind: "timeline",
    heading,
    sentence: sentenceOf(study, ran, workers, end),
    panels: [
      {
        kind: "xy",
        title: "",
        x: { label: "time since the start", scale: secondsScale(seconds(end)) },
        y: { label: "", scale: bandScale(workers) },
        marks: bars,
        outside: "",
      },
    ],
    legend: words
      .filter(([, states]) => ran.some(({ state }) => states.includes(state)))
      .map(([label, [state]]): LegendEntry => ({ label, tone: tones[state!], mark: "bar" })),
    table: {
      columns: ["worker", "trial", "attempt", "from second", "to second", "how it ended", "reason"],
      rows: ran.map((one) => [
        one.worker,
        one.trial,
        one.attempt,
        seconds(one.startedAt),
        one.endedAt === null ? null : seconds(one.endedAt),
        one.state,
        one.reason,
      ]),
    },
  };
}

function endOf({ until }: PlotStudy, { startedAt, endedAt }: Ran): number {
  return Math.max(startedAt, endedAt ?? until);
}

function sentenceOf(study: PlotStudy, ran: readonly Ran[], workers: readonly string[], end: number): string {
  const busy = ran.reduce((sum, one) => sum + endOf(study, one) - one.startedAt, 0);
  // A worker counts from its first attempt on: before that it was not there.
  const there = workers.reduce((sum, worker) => {
    const first = ran
      .filter((one) => one.worker === worker)
      .reduce((least, one) => Math.min(least, one.startedAt), end);
    return sum + end - first;
  }, 0);
  const use = there > 0 ? `, busy ${Math.min(100, Math.round((100 * busy) / there))} % of it` : "";
  const lost = ran.filter(({ state }) => state === "lost").length;
  const again = new Set(ran.filter(({ attempt }) => attempt > 1).map(({ trial }) => trial)).size;
  const trouble =
    lost === 0 ? "" : `; ${lost} lost, ${again} ${again === 1 ? "trial" : "trials"} begun again`;
  const n = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
  return `${n(ran.length, "attempt")} on ${n(workers.length, "worker")} in ${duration(end - study.startedAt)}${use}${trouble}.`;
}
