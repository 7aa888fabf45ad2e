import { writeFileSync } from "node:fs";
import type { ProgramAssignment } from "../protocol/assignment.ts";
import { systemClock } from "../protocol/clock.ts";
import { filledCommand, variablesOf, type ProgramCall } from "../protocol/program/variables.ts";
import type { Finished, Interruption, Progress } from "../training/trainer.ts";
import { packFolder } from "../protocol/program/archive.ts";
import { makeAttemptFolder, type AttemptFolder } from "./attempt-folder.ts";
import { judgeEnd, type Asked } from "./judge-end.ts";
import { LineCutter } from "./lines.ts";
import { LiveCheckpoints } from "./live-checkpoints.ts";
import { TailLog } from "./log.ts";
import { parseReport } from "./parse-report.ts";
import { ProcessGroup, type GroupExit } from "./process-group.ts";
import { FollowedFile } from "./report-file.ts";
import { Reports } from "./reports.ts";

/** How a program is started here. */
export interface LocalProgram {
  /** `${…}` not yet filled in. */
  readonly command: readonly string[];
  readonly folder: string;
  /** All of its environment but for the SEQTUNE_ variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  readonly graceMs: number;
  /** Between two copies of its checkpoint folder while it runs. */
  readonly checkpointMs: number;
}

/** Between two looks at the file of reports. */
const lookMs = 100;
/** A checkpoint folder is copied when it has not changed for so long after a report. */
const restMs = 1000;
/** What is left behind by a program that ended by itself may take this long to end. */
const leftBehindMs = 2000;

/** One attempt at a trial by a program, from its start until nothing of it runs. */
export class ProgramRun {
  readonly finished: Promise<Finished>;
  private readonly assignment: ProgramAssignment;
  private readonly program: LocalProgram;
  private readonly onProgress: (news: Progress) => void;
  private readonly log = new TailLog();
  private readonly reports: Reports;
  private asked: Asked | null = null;
  private group: ProcessGroup | null = null;
  private folder: AttemptFolder | null = null;
  private live: LiveCheckpoints | null = null;
  private killer: NodeJS.Timeout | undefined;
  private reportedAt = performance.now();

  constructor(
    assignment: ProgramAssignment,
    program: LocalProgram,
    checkpoint: Uint8Array | undefined,
    onProgress: (news: Progress) => void,
  ) {
    this.assignment = assignment;
    this.program = program;
    this.onProgress = onProgress;
    this.reports = new Reports({
      metric: assignment.metric.name,
      from: assignment.from?.epoch ?? 0,
      epochs: assignment.epochs,
      reported: assignment.reported,
      onReport: (epoch, metrics) => {
        const now = performance.now();
        onProgress({ kind: "report", epoch, metrics, seconds: (now - this.reportedAt) / 1000 });
        this.reportedAt = now;
        this.live?.reported();
      },
      onBeyond: (epoch) => this.ask({ kind: "beyond", epoch }),
    });
    this.finished = this.run(checkpoint).catch((error: unknown) => this.impossible(error));
  }

  /** A stop is final; a hand-back outranks a pause. */
  interrupt(how: Interruption): void {
    const { asked } = this;
    if (asked?.kind === "pause" && how !== "pause") this.asked = { kind: how };
    else this.ask({ kind: how });
  }

  private ask(asked: Asked): void {
    if (this.asked !== null) return;
    this.asked = asked;
    this.end();
  }

  /** Asks the program to end, and ends it when the time for that is over. */
  private end(): void {
    const { asked, folder, group } = this;
    if (asked === null || group === null || folder === null) return;
    const why = asked.kind === "timeout" ? "stop" : asked.kind === "beyond" ? "pause" : asked.kind;
    try {
      writeFileSync(folder.files.stop, `${why}\n`);
    } catch {
      // the disk is full: the signal says so, too
    }
    group.signal("SIGTERM");
    this.killer = setTimeout(() => group.signal("SIGKILL"), this.program.graceMs);
  }

  private async run(checkpoint: Uint8Array | undefined): Promise<Finished> {
    const { assignment } = this;
    const from = assignment.from?.epoch ?? 0;
    if (this.asked !== null) return this.neverStarted(from);
    const folder = await makeAttemptFolder(assignment.params, checkpoint);
    this.folder = folder;
    try {
      return await this.runIn(folder, from);
    } finally {
      await folder.remove().catch(() => {}); // what cannot be deleted costs disk, not the trial
    }
  }

  private async runIn(folder: AttemptFolder, from: number): Promise<Finished> {
    const { assignment, program } = this;
    const { files } = folder;
    const { params, epochs, seed, metric, ref } = assignment;
    const call: ProgramCall = { ...ref, params, epochs, seed, metric: metric.name, fromEpoch: from, files };
    this.reportedAt = performance.now();
    const group = await ProcessGroup.start({
      command: filledCommand(program.command, call),
      folder: program.folder,
      env: { ...program.env, ...variablesOf(call) },
      mark: "SEQTUNE_REPORTS",
    });
    this.group = group;
    this.live = new LiveCheckpoints({
      folder: files.checkpoint,
      everyMs: program.checkpointMs,
      restMs,
      epoch: () => this.reports.epoch,
      onCheckpoint: (epoch, bytes) => this.onProgress({ kind: "checkpoint", epoch, bytes }),
      clock: systemClock,
    });
    this.end(); // asked for while it was being started
    const { timeoutMs } = program;
    const timer =
      timeoutMs === null
        ? undefined
        : setTimeout(() => this.ask({ kind: "timeout", afterMs: timeoutMs }), timeoutMs);
    const exit = await this.follow(group, files.reports);
    await this.live.end();
    clearTimeout(timer);
    return await this.finish(folder, exit, from);
  }

  /** Reads what the program says until nothing of it runs. */
  private async follow(group: ProcessGroup, reportFile: string): Promise<GroupExit> {
    const fromFile = new LineCutter((line) => this.fileLine(line));
    const file = new FollowedFile(reportFile, (bytes) => fromFile.push(bytes));
    const out = new LineCutter((line) => this.printedLine(line));
    const err = new LineCutter((line) => this.log.add(line));
    group.onOutput((bytes, stream) => (stream === "out" ? out : err).push(bytes));
    const looks = setInterval(() => void file.look(), lookMs);
    const exit = await group.exit;
    const left = await group.clear(this.asked === null ? leftBehindMs : this.program.graceMs);
    clearTimeout(this.killer);
    clearInterval(looks);
    await file.look(true);
    await file.close();
    for (const each of [fromFile, out, err]) each.end();
    if (left > 0 && this.asked === null) this.reports.note(leftWords(left));
    return exit;
  }

  private fileLine(line: string): void {
    if (line.trim() === "") return;
    const report = parseReport(line);
    if (report !== null) this.reports.add(report);
    else this.reports.note(`a line of the file of reports is no JSON object: ${line.slice(0, 80)}`);
  }

  /** On standard output other JSON may be logged: what says the metric or an epoch is a report. */
  private printedLine(line: string): void {
    const report = parseReport(line);
    const { name } = this.assignment.metric;
    const isReport =
      report !== null &&
      (report.epoch !== undefined || name in report.metrics || report.others.includes(name));
    if (isReport) this.reports.add(report);
    else this.log.add(line);
  }

  private async finish({ files }: AttemptFolder, exit: GroupExit, from: number): Promise<Finished> {
    const { assignment, asked, reports } = this;
    const lines = this.log.lines();
    const { epochs, pauses = false, metric, further = [] } = assignment;
    const plan = { metric: metric.name, further, epochs, pauses, from };
    const end = judgeEnd({ exit, asked, reports, lines, ...plan });
    const kept: { model?: Finished["model"]; checkpoint?: Finished["checkpoint"] } = {};
    const { epoch } = reports;
    if (end.kind !== "failed" && end.kind !== "diverged") {
      const output = await packFolder(files.output, "output folder");
      if (output.problem !== null) reports.note(output.problem);
      if (output.bytes !== null) kept.model = { epoch, bytes: output.bytes };
    }
    if ((end.kind === "paused" || end.kind === "handed_back") && epoch > 0) {
      const state = await packFolder(files.checkpoint, "checkpoint folder");
      if (state.problem !== null) reports.note(state.problem);
      if (state.bytes !== null) kept.checkpoint = { epoch, bytes: state.bytes };
    }
    const { model, checkpoint } = kept;
    return {
      end:
        end.kind === "paused" || end.kind === "handed_back" ? { ...end, epoch: checkpoint?.epoch ?? 0 } : end,
      ...(model === undefined ? {} : { model }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      log: { lines, notes: reports.notes },
    };
  }

  private neverStarted(epoch: number): Finished {
    const kind =
      this.asked?.kind === "stop" ? "stopped" : this.asked?.kind === "pause" ? "paused" : "handed_back";
    return { end: kind === "stopped" ? { kind } : { kind, epoch } };
  }

  /** It could not be started, or its files could not be made. */
  private impossible(error: unknown): Finished {
    const [command] = this.program.command;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason = error instanceof Error ? error.message : String(error);
    const message =
      code === "ENOENT" && this.group === null
        ? `${command} cannot be started in ${this.program.folder}: there is no such program, or no such folder`
        : `${command} cannot be run: ${reason}`;
    return { end: { kind: "failed", failure: "program", message } };
  }
}

function leftWords(count: number): string {
  return count === 1
    ? "it left a process behind when it ended, which was ended"
    : `it left ${count} processes behind when it ended, which were ended`;
}
