import { Option, type Command } from "commander";
import { UserError } from "../../errors.ts";
import { evaluateStudy } from "../../run/evaluate-study.ts";
import { findStudy } from "../find-study.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { count, dbFile, dbOption, withStore } from "../options.ts";
import { evaluationText } from "../text/evaluation.ts";

interface EvaluateFlags {
  readonly db?: string;
  readonly nats?: string;
  readonly top: number;
  readonly engine?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ seqtune evaluate                       the best trial of the study changed last
  $ seqtune evaluate nightly --top 3 --json

Works where the study's database is, also when a lab trained it: the models come home to that machine.
The only command that touches the test rows. Choose by validation, look here once, report both.
`;

const whereToEvaluate =
  "a study is evaluated where its database is, without --nats: the lab's models come home to that machine; run this there";

export function evaluateCommand(program: Command, io: Io): void {
  program
    .command("evaluate")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .addOption(dbOption())
    .option("--top <k>", "how many of the best trials", count, 1)
    .option("--engine <name>", "training engine (default: from the sweep file)")
    .option("--json", "one JSON object")
    .addOption(new Option("--nats <url>").hideHelp())
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: EvaluateFlags) => {
      if (flags.nats !== undefined) throw new UserError(whereToEvaluate);
      const study = withStore(io, flags, (store, file) => findStudy(store, name, file));
      const signals = watchSignals(() => note(io, "\ninterrupted"));
      try {
        const { top, engine } = flags;
        const options = { db: dbFile(io, flags), top, signal: signals.finish };
        const result = await evaluateStudy(
          study.name,
          engine === undefined ? options : { ...options, engine },
        );
        if (flags.json === true) printJson(io, evaluationJson(result));
        else print(io, evaluationText(io, result));
      } finally {
        signals.stop();
      }
    });
}

function evaluationJson({ study, rows, verdict }: Awaited<ReturnType<typeof evaluateStudy>>): unknown {
  return {
    study: study.name,
    metric: study.metric,
    split: "test",
    trials: rows.map(({ trial, evaluation, intervals }) => ({
      number: trial.number,
      validation: trial.value,
      test: evaluation.metrics,
      params: trial.params,
      windows: evaluation.windows,
      intervals,
    })),
    baselines: rows[0]?.evaluation.baselines ?? {},
    verdict,
  };
}
