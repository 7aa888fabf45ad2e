import { InvalidArgumentError, Option, type Command } from "commander";
import { openStore } from "../../../storage/sqlite/open.ts";
import { openDesk } from "../../asked/create.ts";
import { newHolder, renew } from "../../asked/lease.ts";
import type { Given } from "../../asked/records.ts";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { durationSchema } from "../../config/duration.ts";
import { paramLine } from "../../views/params.ts";
import { print, printJson, type Io } from "../io.ts";
import { count, dbFile, dbHint, dbOption, type DbOptions } from "../options.ts";

interface AskFlags extends DbOptions {
  readonly n: number;
  readonly lease: number;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune ask nightly --json
  $ seqtune ask nightly --json | jq -r '.trials[0].params.lr'
  $ seqtune ask nightly --n 4 --lease 2h --json

A trial without a report for the time of its lease is lost, and given out again. No trials with "over": the study has ended. No trials
without "over": the search waits for open trials; report them (seqtune tell) and ask again.
`;

export function askCommand(program: Command, io: Io): void {
  program
    .command("ask")
    .argument("<study>", "name of the study (seqtune create)")
    .option("--n <count>", "most trials to return", count, 1)
    .addOption(
      new Option("--lease <time>", "time without a report after which a trial is lost")
        .argParser(duration)
        .default(3_600_000, "1h"),
    )
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action((name: string, flags: AskFlags) => {
      const { trials, over } = ask(name, flags, io);
      if (flags.json) printJson(io, { study: name, trials, over });
      else print(io, text(name, trials, over, dbHint(io, flags)));
    });
}

/**
 * The process ends with its answer, so no timer of its own can keep a lease: every later message about the trial does. The end of
 * the search is reported only where no trial came with it, or a script would throw its last trials away.
 */
function ask(name: string, flags: AskFlags, io: Io): { trials: Given[]; over: string | null } {
  const file = dbFile(io, flags);
  const store = openStore(file, { existing: true });
  try {
    const desk = openDesk(store, name, file, systemClock);
    const trials: Given[] = [];
    for (let asked = 0; asked < flags.n; asked++) {
      const holder = newHolder(flags.lease, false); // one for each trial: each has messages of its own
      renew(store, desk.study.id, holder, systemClock.now());
      const answer = desk.ask(holder);
      if (answer.kind === "over") return { trials, over: trials.length === 0 ? answer.reason : null };
      if (answer.kind === "wait") break;
      const { kind: _, ...given } = answer;
      trials.push(given);
    }
    return { trials, over: null };
  } finally {
    store.close();
  }
}

function text(name: string, trials: readonly Given[], over: string | null, db: string): string {
  if (over !== null) return `study ${name} is over: ${over}`;
  if (trials.length === 0) return "no trial now: the search waits for those under way";
  const lines = trials.map(({ trial, params, fromEpoch, epochs }) => {
    const until = epochs === 1 ? "" : `  epochs ${fromEpoch + 1} to ${epochs}`;
    return `trial ${trial}  ${paramLine(params)}${until}`;
  });
  return [...lines, `tell with: seqtune tell ${name} ${trials[0]!.trial}${db} --complete VALUE`].join("\n");
}

function duration(given: string): number {
  const read = durationSchema.safeParse(/^\d+(\.\d+)?$/.test(given) ? Number(given) : given);
  if (read.success) return read.data;
  throw new InvalidArgumentError("It must be seconds, or a time such as 90s, 3m or 1h30m.");
}
