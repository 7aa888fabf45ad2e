import type { Command } from "commander";
import path from "node:path";
import { writeReport } from "../../run/write-report.ts";
import { findStudy } from "../find-study.ts";
import { note, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { dbFile, dbOption, withStore, type DbOptions } from "../options.ts";
import { reportFile } from "../report-file.ts";
import { shownPath } from "../text/shell-word.ts";

interface ReportFlags extends DbOptions {
  readonly out?: string;
  readonly engine?: string;
}

const examples = `
Examples:
  $ seqtune report                              STUDY-report.html, of the study that changed last
  $ seqtune report etth1 --out etth1.html

One file without scripts that needs no network: verdict, best configuration, ranking, forecasts, curves, importance, cost, repeats, and how
to reproduce the study. \`seqtune run --report FILE\` writes it at the end.`;

export function reportCommand(program: Command, io: Io): void {
  program
    .command("report")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .option("--out <file>", "file to write (.html; default: STUDY-report.html here)", reportFile)
    .option(
      "--engine <name>",
      "training engine, if forecasts were not recorded (default: from the sweep file)",
    )
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ReportFlags) => {
      const study = withStore(io, flags, (store, file) => findStudy(store, name, file).name);
      const file = path.resolve(io.cwd, flags.out ?? `${study.replaceAll(/[^\w.-]+/g, "-")}-report.html`);
      const signals = watchSignals(() => note(io, "\ninterrupted"));
      try {
        const engine = flags.engine === undefined ? {} : { engine: flags.engine };
        await writeReport(study, file, {
          db: dbFile(io, flags),
          signal: signals.finish,
          at: Date.now(),
          ...engine,
        });
      } finally {
        signals.stop();
      }
      note(io, `wrote ${shownPath(io.cwd, file)}`);
    });
}
