import { bestPossible } from "../../config/metrics.ts";
import type { StudyEvent } from "../../events.ts";
import { countsText } from "../../views/counts.ts";
import { duration, figure, percent } from "../../views/numbers.ts";
import { paramLine } from "../../views/params.ts";
import { bestNaive, skill } from "../../views/skill.ts";
import type { SeenTrial, Snapshot } from "../../views/snapshot.ts";
import { clip, displayWidth, printable } from "../../views/text-width.ts";
import type { Colors } from "../io.ts";
import { fold } from "../text/fold.ts";
import { bestSoFarLines } from "./best-so-far.ts";
import { rankingLines } from "./ranking.ts";
import { sparkline } from "./sparkline.ts";

export interface Frame {
  readonly snapshot: Snapshot;
  readonly notice: Extract<StudyEvent, { kind: "notice" }> | null;
  readonly now: number;
  readonly columns: number;
  /** Lines of the terminal. */
  readonly rows: number;
  readonly colors: Colors;
  /** Workers belong to a lab and are not started here. */
  readonly inLab: boolean;
}

const barWidth = 28;
const leastBarWidth = 10;
const curveWidth = 16;
/** Running trials take this share of the screen at most, and never more than `mostRunningRows` lines. */
const runningShare = 0.3;
const mostRunningRows = 12;
const widestPicture = 130;

/**
 * The live view as lines no longer than the terminal is wide, and one fewer than it is high; notices, which say what to do, are
 * never cut.
 */
export function renderFrame(frame: Frame): string {
  const { columns, rows, colors, notice } = frame;
  const head = headLines(frame);
  const running = runningLines(
    frame,
    Math.min(mostRunningRows, Math.max(3, Math.floor(rows * runningShare))),
  );
  const words =
    notice === null ? [] : fold(`  ! ${printable(notice.message)}`, columns, "    ").map(colors.yellow);
  const foot = ["", colors.dim(clip(footer(frame), columns))];
  const fixed = head.length + running.length + words.length + foot.length + 2;
  const ranking = rankingLines(frame.snapshot, { columns, colors, rows: rows - 1 - fixed });
  const apart = ranking.length === 0 ? [] : [...ranking, ""];
  const spare = rows - 1 - fixed - ranking.length;
  const picture = bestSoFarLines(frame.snapshot, Math.min(columns, widestPicture), spare - 1, colors);
  const drawn = picture.length === 0 ? [] : ["", ...picture];
  return [...head, "", ...apart, ...running, ...words, ...drawn, ...foot].join("\n");
}

function footer({ snapshot }: Frame): string {
  return snapshot.ended === null
    ? "Ctrl-C hands running trials back and ends; `seqtune resume` continues."
    : "";
}

/** Name, progress and best. */
export function headLines(frame: Pick<Frame, "snapshot" | "now" | "columns" | "colors">): string[] {
  return [headline(frame), progressLine(frame), bestLine(frame)];
}

type HeadFrame = Parameters<typeof headLines>[0];

function headline({ snapshot, now, columns, colors }: HeadFrame): string {
  const { workers, metric, goal, goals, startedAt, ended } = snapshot;
  const study = clip(printable(snapshot.study), columns);
  const spent = duration(Math.max(0, (ended?.at ?? now) - startedAt));
  const ranked = goals === undefined ? "" : ` · ${printable(goals)}`;
  const rest = `  ${metric}, ${goal}${ranked} · ${workers} worker${workers === 1 ? "" : "s"} · ${spent}`;
  return colors.bold(study) + colors.dim(clip(rest, columns - displayWidth(study)));
}

function progressLine({ snapshot, columns, colors }: HeadFrame): string {
  const { done, budget, counts, repeats, repeatsEnded, left, ended } = snapshot;
  const outcomes = countsText({ ...counts, running: 0, paused: 0 }, true);
  const again = repeats === 0 ? "" : `, ${repeatsEnded} of ${repeats} repeats so far`;
  const time = ended !== null || left === null || left === 0 ? "" : ` · about ${duration(left)} left`;
  if (budget === null)
    return clip(`${done} trials ended${again} (${outcomes || "none yet"})${time}`, columns);
  const share = Math.min(1, (done + partsDone(snapshot)) / budget);
  const head = ` ${done}/${budget} trials${again}`;
  const words = outcomes === "" ? "" : ` (${outcomes})`;
  // The bar gives way first, then how trials ended; how long it takes stays.
  const room = columns - head.length - time.length;
  const width = Math.max(leastBarWidth, Math.min(barWidth, room - words.length));
  const filled = Math.round(share * width);
  const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
  return colors.cyan(bar) + clip(head + clip(words, room - width), columns - width) + colors.dim(time);
}

/** Running trials by the share of their epochs. */
function partsDone({ running, epochs }: Snapshot): number {
  return running.reduce((sum, trial) => sum + Math.min(1, trial.epochs / epochs), 0);
}

function bestLine({ snapshot, columns, colors }: HeadFrame): string {
  const { metric, goal, ranked, baselines } = snapshot;
  const naive = bestNaive(baselines, goal);
  const best = ranked.find(({ rank }) => rank !== null);
  if (best === undefined) {
    const beside = naive === null ? "" : `; ${naive.name} ${figure(naive.value)}`;
    const none = ranked.length === 0 ? "none yet" : "no trial keeps the constraints yet";
    return colors.dim(clip(`best ${metric}: ${none}${beside}`, columns));
  }
  const gain = skill(best.value, naive?.value ?? null, bestPossible(metric, goal));
  const words =
    gain === null || naive === null
      ? ""
      : ` (skill ${percent(gain)} against ${naive.name} ${figure(naive.value)})`;
  const head = `best ${metric} ${figure(best.value)}`;
  const rest = `${words} · trial ${best.number}: ${paramLine(best.params)}`;
  return `${colors.green(colors.bold(head))}${clip(rest, columns - head.length)}`;
}

/** Trials on a worker, or why there are none. */
export function runningLines(
  frame: Pick<Frame, "snapshot" | "columns" | "colors" | "inLab">,
  most: number,
): string[] {
  const { snapshot, colors } = frame;
  const { running, workers, ended } = snapshot;
  if (running.length === 0) {
    if (ended !== null) return [colors.dim(clip(`  study ${printable(ended.words)}`, frame.columns))];
    const words =
      workers > 0 ? "no trial runs now" : frame.inLab ? "waiting for a worker" : "workers are starting …";
    return [colors.dim(`  ${words}`)];
  }
  const lines = running.slice(0, most).map((trial) => runningLine(trial, frame));
  if (running.length > most) lines.push(colors.dim(`  … ${running.length - most} more`));
  return lines;
}

function runningLine(
  trial: SeenTrial,
  { snapshot, columns, colors }: Parameters<typeof runningLines>[0],
): string {
  const { epochs } = snapshot;
  const number = `#${trial.number}`.padStart(6);
  const epoch = `${trial.epochs}/${epochs}`.padStart(String(epochs).length * 2 + 1);
  const curve = sparkline(trial.curve, curveWidth).padEnd(curveWidth);
  const value = figure(trial.curve.at(-1) ?? null).padStart(9);
  const used = number.length + epoch.length + curveWidth + value.length + 6;
  const on = trial.worker === null ? "" : `${trial.worker}  `;
  return `${number}  ${epoch} ${colors.cyan(curve)} ${value}  ${colors.dim(clip(`${on}${paramLine(trial.params)}`, columns - used))}`;
}
