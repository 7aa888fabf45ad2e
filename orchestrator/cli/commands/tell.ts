import { InvalidArgumentError, type Command } from "commander";
import type { Verdict } from "../../../search/pruner.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { openDesk } from "../../asked/create.ts";
import type { Desk } from "../../asked/desk.ts";
import { renewed } from "../../asked/lease.ts";
import type { Metrics } from "../../asked/metrics.ts";
import type { Claim } from "../../asked/records.ts";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { UserError } from "../../errors.ts";
import { print, printJson, type Io } from "../io.ts";
import { count, dbFile, dbOption, type DbOptions } from "../options.ts";
import { trialNumber } from "../trial-number.ts";

interface TellFlags extends DbOptions {
  readonly attempt?: number;
  readonly report: readonly Reported[];
  readonly complete?: Metrics | true;
  readonly failed?: string;
  readonly json?: true;
}

interface Reported {
  readonly epoch: number;
  readonly metrics: Metrics;
}

const examples = `
Examples:
  $ seqtune tell nightly 17 --report 3=0.21            prints continue, stop or pause, with the reason
  $ seqtune tell nightly 17 --complete 0.21            the metric of a trial that reported nothing
  $ seqtune tell nightly 17 --report 4=0.2 --complete
  $ seqtune tell nightly 17 --failed "no such column"
  $ seqtune tell nightly 17 --report 3=loss:0.21,latency_ms:12     of a study with several metrics
`;

export function tellCommand(program: Command, io: Io): void {
  program
    .command("tell")
    .argument("<study>", "name of the study (seqtune create)")
    .argument("<trial>", "number of the trial, from seqtune ask", trialNumber)
    .option("--report <epoch=value>", "the metric after an epoch; may be repeated", reported, [])
    .option("--complete [value]", "complete the trial; value: its metric, if not reported yet", metricsOf)
    .option("--failed <reason>", "why the trial failed")
    .option("--attempt <n>", "the attempt that seqtune ask returned (default: the newest)", count)
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action((name: string, trial: number, flags: TellFlags) => {
      const verdict = tell(name, trial, flags, io);
      if (flags.json) printJson(io, { study: name, trial, verdict });
      else print(io, "reason" in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind);
    });
}

type Word = Verdict | { readonly kind: "complete" | "failed" };

function tell(name: string, trial: number, flags: TellFlags, io: Io): Word {
  const { complete, failed } = flags;
  if (flags.report.length === 0 && complete === undefined && failed === undefined)
    throw new UserError(
      "there is nothing to tell: add --report EPOCH=VALUE, --complete VALUE or --failed TEXT",
    );
  if (complete !== undefined && failed !== undefined)
    throw new UserError("--complete and --failed exclude each other");
  const file = dbFile(io, flags);
  const store = openStore(file, { existing: true });
  try {
    const desk = openDesk(store, name, file, systemClock);
    const claim = claimOf(store, desk, trial, flags.attempt);
    const named = (metrics: Metrics): Readonly<Record<string, number>> =>
      desk.named(`trial ${trial}`, metrics);
    for (const { epoch, metrics } of flags.report) {
      const verdict = desk.report(claim, epoch, named(metrics));
      if (verdict.kind !== "continue") return verdict;
    }
    if (failed !== undefined) return desk.fail(claim, failed) ? { kind: "failed" } : notYours;
    if (complete === undefined) return { kind: "continue" };
    if (complete !== true) {
      const { epochs, epochsDone } = store.trial(desk.study.id, trial)!;
      const epoch = Math.max(epochs, epochsDone + 1);
      const verdict = desk.report(claim, epoch, named(complete));
      if (verdict.kind !== "continue") return verdict;
    }
    return desk.complete(claim) ? { kind: "complete" } : notYours;
  } finally {
    store.close();
  }
}

const notYours: Verdict = { kind: "stop", reason: "the trial has ended, or was given to another" };

/** The trial as its holder has it, with its lease renewed. Throws `UserError`. */
function claimOf(store: StudyStore, { study }: Desk, trial: number, wanted: number | undefined): Claim {
  const stored = store.trial(study.id, trial);
  if (stored === null)
    throw new UserError(`study ${study.name} has no trial ${trial}; see: seqtune leaderboard ${study.name}`);
  if (stored.state !== "running")
    throw new UserError(
      `trial ${trial} of study ${study.name} is ${stored.state}${stored.reason === null ? "" : `: ${stored.reason}`}; it takes no more reports`,
    );
  const attempt = wanted ?? stored.attempts;
  const { worker } = store.attempts(study.id, trial).find((one) => one.attempt === attempt) ?? {};
  if (worker === undefined)
    throw new UserError(`trial ${trial} has no attempt ${attempt}, only ${stored.attempts}`);
  if (worker !== null) renewed(store, study.id, worker, systemClock.now());
  return {
    trial,
    attempt,
    n: store.curve(study.id, trial).filter((report) => report.attempt === attempt).length,
  };
}

function reported(text: string, before: readonly Reported[]): readonly Reported[] {
  const [, epoch, value] = /^(\d{1,7})=(.+)$/.exec(text) ?? [];
  if (epoch === undefined || value === undefined)
    throw new InvalidArgumentError("It must be an epoch and a number, as in 3=0.21.");
  return [...before, { epoch: Number(epoch), metrics: metricsOf(value) }];
}

/** `0.21`, or `loss:0.21,latency_ms:12`. */
function metricsOf(text: string): Metrics {
  if (!text.includes(":")) return number(text);
  return Object.fromEntries(
    text.split(",").map((item) => {
      const at = item.lastIndexOf(":");
      if (at < 1)
        throw new InvalidArgumentError("It must be metrics and numbers, as in loss:0.21,latency_ms:12.");
      return [item.slice(0, at).trim(), number(item.slice(at + 1))];
    }),
  );
}

function number(text: string): number {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[-+]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}
