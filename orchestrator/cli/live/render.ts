import { bestPossible } from "../../config/metrics.ts";
import pc from "picocolors";
import { paramLine } from "../../views/params.ts";
import { duration, figure, percent } from "../../views/numbers.ts";
import { skill } from "../../views/skill.ts";
import { fold } from "../text/fold.ts";
import { clip, displayWidth, printable } from "../../views/text-width.ts";
import { sparkline } from "./sparkline.ts";
import { endedTrials, type LiveState, type RunningTrial } from "./state.ts";

export interface Frame {
  readonly state: LiveState;
  readonly metric: string;
  readonly trials: number | null;
  readonly epochs: number;
  readonly baseline: { readonly name: string; readonly value: number } | null;
  readonly now: number;
  readonly columns: number;
  /** Workers are of a lab: nobody starts them here. */
  readonly inLab?: boolean;
}

const barWidth = 28;
const leastBarWidth = 10;
const curveWidth = 16;
const mostRunningRows = 12;

/** The live view as lines no longer than the terminal is wide; notices, which say what to do, are never cut. */
export function renderFrame(frame: Frame): string {
  const { state, columns } = frame;
  const lines = [headline(frame), progressLine(frame), bestLine(frame), ""];
  const running = [...state.running.values()].sort((a, b) => a.number - b.number);
  for (const trial of running.slice(0, mostRunningRows)) lines.push(runningLine(trial, frame));
  if (running.length > mostRunningRows) lines.push(pc.dim(`  … ${running.length - mostRunningRows} more`));
  if (running.length === 0) lines.push(pc.dim(idleWords(frame)));
  if (state.notice !== null)
    lines.push(...fold(`  ! ${printable(state.notice.message)}`, columns, "    ").map(pc.yellow));
  lines.push(
    "",
    pc.dim(clip("Ctrl-C hands running trials back and ends; `seqtune resume` goes on.", columns)),
  );
  return lines.join("\n");
}

function idleWords({ state, inLab }: Frame): string {
  if (state.workers > 0) return "  no trial runs now";
  return inLab === true ? "  waiting for a worker" : "  workers are starting …";
}

function headline({ state, now, metric, columns }: Frame): string {
  const workers = `${state.workers} worker${state.workers === 1 ? "" : "s"}`;
  const study = clip(state.study, columns);
  const rest = `  ${metric}, ${state.goal} · ${workers} · ${duration(now - state.startedAt)}`;
  return pc.bold(study) + pc.dim(clip(rest, columns - displayWidth(study)));
}

function progressLine(frame: Frame): string {
  const { state, trials, columns } = frame;
  const done = endedTrials(state);
  const counts = Object.entries(state.counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(", ");
  const repeats = repeatsWords(state);
  if (trials === null) return clip(`${done} trials ended${repeats} (${counts || "none yet"})`, columns);
  const share = Math.min(1, (done + partsDone(frame)) / trials);
  const head = ` ${done}/${trials} trials${repeats}`;
  const outcomes = counts === "" ? "" : ` (${counts})`;
  const left = eta(frame, done);
  // The bar gives way first, then how trials ended; how long it takes stays.
  const room = columns - head.length - left.length;
  const width = Math.max(leastBarWidth, Math.min(barWidth, room - outcomes.length));
  const filled = Math.round(share * width);
  const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
  return pc.cyan(bar) + clip(head + clip(outcomes, room - width), columns - width) + pc.dim(left);
}

/** Repeats race each other, so nobody knows how many there will be. */
function repeatsWords({ repeats, repeatsEnded }: LiveState): string {
  return repeats.size === 0 ? "" : `, ${repeatsEnded} of ${repeats.size} repeats so far`;
}

/** Running trials of the search by the share of their epochs. */
function partsDone({ state, epochs }: Frame): number {
  const searched = [...state.running.values()].filter(({ number }) => !state.repeats.has(number));
  return searched.reduce((sum, trial) => sum + trial.epoch / epochs, 0);
}

function eta({ state, trials, now }: Frame, done: number): string {
  const here = done - state.before;
  if (trials === null || here < 3 || done >= trials) return "";
  return ` · about ${duration(((now - state.startedAt) / here) * (trials - done))} left`;
}

function bestLine({ state, metric, baseline, columns }: Frame): string {
  const { best } = state;
  if (best === null) return pc.dim(clip(`best ${metric}: none yet${baselineWords(baseline)}`, columns));
  const gain = skill(best.value, baseline?.value ?? null, bestPossible(metric, state.goal));
  const words =
    gain === null
      ? ""
      : ` (skill ${percent(gain)} against ${baseline?.name} ${figure(baseline?.value ?? null)})`;
  const head = `best ${metric} ${figure(best.value)}`;
  const rest = `${words} · trial ${best.number}: ${paramLine(best.params)}`;
  return `${pc.green(pc.bold(head))}${clip(rest, columns - head.length)}`;
}

function baselineWords(baseline: Frame["baseline"]): string {
  return baseline === null ? "" : `; ${baseline.name} ${figure(baseline.value)}`;
}

function runningLine(trial: RunningTrial, { epochs, columns }: Frame): string {
  const number = `#${trial.number}`.padStart(6);
  const epoch = `${trial.epoch}/${epochs}`.padStart(String(epochs).length * 2 + 1);
  const curve = sparkline(trial.curve, curveWidth).padEnd(curveWidth);
  const value = figure(trial.curve.at(-1) ?? null).padStart(9);
  const used = number.length + epoch.length + curveWidth + value.length + 6;
  return `${number}  ${epoch} ${pc.cyan(curve)} ${value}  ${pc.dim(clip(paramLine(trial.params), columns - used))}`;
}
