import type { StudyEvent, StudyEvents } from "../events.ts";
import type { SlotReport, SupervisorObserver } from "../lab/supervisor.ts";
import { failureOf } from "./failures.ts";
import { jsonText } from "../views/text-width.ts";
import type { Io, Output } from "./io.ts";

type Level = "debug" | "info" | "warn" | "error";

/** Structured events, one JSON object per line on standard error. */
export class JsonLog implements SupervisorObserver {
  private readonly out: Output;
  private readonly now: () => number;

  constructor(out: Output, now: () => number = Date.now) {
    this.out = out;
    this.now = now;
  }

  write(level: Level, event: string, fields: object = {}, at: number = this.now()): void {
    const line = { time: new Date(at).toISOString(), level, event, ...fields };
    this.out.write(`${jsonText(line)}\n`);
  }

  /** Writes every event of a study. */
  listen(events: StudyEvents): () => void {
    let study: string | null = null;
    return events.on((event) => {
      if (event.kind === "study_started") ({ study } = event);
      const { kind, at, ...fields } = event;
      this.write(levelOf(event), kind, { ...(study === null ? {} : { study }), ...fields }, at);
    });
  }

  begin(): void {}

  report(slot: number, report: SlotReport): void {
    const { kind, ...fields } = report;
    const isWrong = kind === "died" || kind === "problem" || (kind === "ended" && report.how === "failed");
    this.write(kind === "fatal" ? "error" : isWrong ? "warn" : "info", kind, { slot, ...fields });
  }
}

function levelOf(event: StudyEvent): Level {
  switch (event.kind) {
    case "report":
      return "debug";
    case "notice":
    case "worker_gone":
    case "model_not_written":
      return "warn";
    case "attempt_ended":
      return event.state === "failed" || event.state === "lost" ? "warn" : "info";
    case "study_ended":
      return event.state === "failed" ? "error" : "info";
    case "study_started":
    case "worker_joined":
    case "trial_started":
    case "attempt_started":
    case "ordered":
    case "trial_paused":
    case "trial_continued":
    case "trial_ended":
    case "trial_invalid":
    case "best":
    case "baselines":
    case "verdict":
    case "model_written":
      return "info";
    default:
      return event satisfies never;
  }
}

/**
 * Runs a command whose standard error holds nothing but JSON lines: what else is said there becomes an event
 * `message`, and what it fails with an event `error`.
 */
export async function loggingJson(io: Io, body: (io: Io, log: JsonLog) => Promise<void>): Promise<void> {
  const log = new JsonLog(io.stderr);
  const stderr: Output = {
    write: (text: string) => {
      for (const line of text.split("\n"))
        if (line.trim() !== "") log.write("info", "message", { message: line });
    },
  };
  try {
    await body(withStderr(io, stderr), log);
  } catch (error) {
    const failure = failureOf(error, io.env["SEQTUNE_DEBUG"] === "1");
    log.write("error", "error", { message: failure.text });
    io.exitCode = failure.exitCode;
  }
}

/** The same surroundings with another standard error; the exit code is one. */
function withStderr(io: Io, stderr: Output): Io {
  const { stdout, env, cwd, columns, colors, closed } = io;
  return {
    stdout,
    stderr,
    env,
    cwd,
    columns,
    colors,
    closed,
    get exitCode() {
      return io.exitCode;
    },
    set exitCode(code: number) {
      io.exitCode = code;
    },
  };
}
