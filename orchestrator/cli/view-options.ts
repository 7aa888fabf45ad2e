import { Option, type Command } from "commander";
import type { Io } from "./io.ts";
import type { ViewKind } from "./live/watch.ts";
import type { NatsFlags } from "./nats-options.ts";
import { reportFile } from "./report-file.ts";
import { watchOptions, type WatchFlags } from "./watch-options.ts";

/** How a command that drives a study shows it, and what it writes at its end. */
export interface ViewOptions extends NatsFlags, WatchFlags {
  readonly db?: string;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly quiet?: boolean;
  readonly modelOut?: string;
  readonly report?: string;
  readonly dashboard?: boolean;
  /** `false`: --no-model. */
  readonly model?: boolean;
}

export function viewOptions(command: Command): Command {
  return watchOptions(command)
    .option("--plain", "print lines instead of the live view (as when piped)")
    .option("--quiet", "print only the leaderboard and the model's folder at the end")
    .option("--json", "print every event as one line of JSON, and nothing else, on standard output")
    .addOption(
      new Option(
        "--model-out <folder>",
        "where the best trial's model goes (default: the folder DATABASE.models/STUDY)",
      ).conflicts("model"),
    )
    .option("--report <file>", "write the study as one page (.html) at the end", reportFile)
    .option("--dashboard", "show the study in the browser while it runs, at the address that is printed")
    .option("--no-model", "do not write the model at the end (seqtune export can later)");
}

export function viewKind(io: Io, { json, plain, quiet }: ViewOptions): ViewKind {
  if (json === true) return "json";
  if (quiet === true) return "quiet";
  return plain === true || !Number.isFinite(io.columns) ? "lines" : "live";
}
