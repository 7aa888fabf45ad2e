import { Option, type Command } from "commander";
import type { Io } from "../io.ts";
import { natsOptions } from "../nats-options.ts";
import { count, dbOption } from "../options.ts";
import type { LeaderboardOptions } from "../show-leaderboard.ts";
import { shownByDefault } from "../text/board-style.ts";

export function leaderboardCommand(program: Command, io: Io): void {
  const command = program
    .command("leaderboard")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .option(
      "--top <n>",
      `only the first n trials (default: ${shownByDefault}; all with --json and --csv)`,
      count,
    )
    .option("--sort <by>", "value, number, or a parameter's name", "value")
    .addOption(new Option("--json", "one JSON object").conflicts(["csv", "markdown"]))
    .addOption(new Option("--csv", "one line per trial, for spreadsheets").conflicts(["json", "markdown"]))
    .addOption(new Option("--markdown", "a table for reports and issues").conflicts(["json", "csv"]))
    .addOption(dbOption());
  natsOptions(command, "to read a study that is run elsewhere", { byFlag: true })
    .addHelpText(
      "after",
      `
Examples:
  $ seqtune leaderboard
  $ seqtune leaderboard etth1 --top 5 --markdown
  $ seqtune leaderboard etth1 --csv > etth1.csv
  $ seqtune leaderboard etth1 --nats nats://lab:4222 --creds lab/viewer.creds     from any machine

With --nats or --lab: the best 100 trials, as the study's coordinator published them a few seconds ago.

Columns: # is the rank; epoch is the best epoch of those trained, whose weights are kept; skill is the share of
the best naive baseline's error that the trial removes. Baselines appear in brackets where their value ranks.`,
    )
    .action(async (name: string | undefined, options: LeaderboardOptions) => {
      const { showLeaderboard } = await import("../show-leaderboard.ts"); // and with it all that reads a study
      await showLeaderboard(name, options, io);
    });
}
