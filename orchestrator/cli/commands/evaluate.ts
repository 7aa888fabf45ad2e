import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Option, type Command } from "commander";
import type { EvaluationRow } from "../../../storage/store.ts";
import { UserError } from "../../errors.ts";
import { backtestStudy, type Backtest } from "../../run/backtest-study.ts";
import { knownQuantiles, knownStepErrors } from "../../verdict/known-intervals.ts";
import { evaluateStudy, type StudyEvaluation } from "../../run/evaluate-study.ts";
import { findStudy } from "../find-study.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { count, dbFile, dbHint, dbOption, withStore } from "../options.ts";
import { evaluationText } from "../text/evaluation.ts";
import { backtestText, partText } from "../text/retrained.ts";

interface EvaluateFlags {
  readonly db?: string;
  readonly nats?: string;
  readonly top: number;
  readonly refit?: true;
  readonly backtest?: number;
  readonly csv?: string;
  readonly engine?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ seqtune evaluate                       the best trial of the study that changed last
  $ seqtune evaluate nightly --top 3 --json
  $ seqtune evaluate nightly --refit       train the best again on training and validation rows, and score it
  $ seqtune evaluate nightly --backtest 6  train again before each sixth of the test rows
  $ seqtune evaluate nightly --csv predictions.csv

Works where the study's database is, also when a lab trained it: the models come to that machine.
This is the only command that reads the test rows. Choose by validation, look here once, report both.

--refit and --backtest train for as many epochs as were best on validation, with the same seed; they record nothing.
`;

const whereToEvaluate =
  "a study is evaluated where its database is, without --nats: the lab's models come home to that machine; run this there";

export function evaluateCommand(program: Command, io: Io): void {
  program
    .command("evaluate")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .addOption(dbOption())
    .option("--top <k>", "number of best trials to score", count, 1)
    .option("--refit", "also train the best trial again on training and validation rows, and score it")
    .addOption(
      new Option(
        "--backtest <n>",
        "instead: cut the test rows into n parts, and train the best again before each",
      )
        .argParser(count)
        .conflicts(["refit", "top"]),
    )
    .option("--csv <file>", "also write the predictions beside the truth (of the refit, if there is one)")
    .option("--engine <name>", "training engine (default: from the sweep file)")
    .option("--json", "one JSON object")
    .addOption(new Option("--nats <url>").hideHelp()) // people try it; the sentence says where to go instead
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: EvaluateFlags) => {
      if (flags.nats !== undefined) throw new UserError(whereToEvaluate);
      const study = withStore(io, flags, (store, file) => findStudy(store, name, file));
      const signals = watchSignals(() => note(io, "\ninterrupted"));
      try {
        const answer = flags.backtest === undefined ? evaluate : backtest;
        await answer(io, study.name, flags, signals.finish);
      } finally {
        signals.stop();
      }
    });
}

async function evaluate(io: Io, study: string, flags: EvaluateFlags, signal: AbortSignal): Promise<void> {
  const { top, refit = false } = flags;
  const result = await evaluateStudy(study, { ...common(io, flags, signal), top, refit });
  await writeCsv(io, flags, result.csv);
  if (flags.json === true) printJson(io, evaluationJson(result));
  else print(io, evaluationText(io, result, dbHint(io, flags)));
}

/** Each part is said when it is done, since each may train for minutes. */
async function backtest(io: Io, name: string, flags: EvaluateFlags, signal: AbortSignal): Promise<void> {
  const parts = flags.backtest ?? 0;
  if (parts < 2) throw new UserError("--backtest needs 2 parts or more: one part is what --refit does");
  const study = withStore(io, flags, (store, file) => findStudy(store, name, file));
  const result = await backtestStudy(name, {
    ...common(io, flags, signal),
    parts,
    onPart: (part, number) => note(io, partText(study, parts, part, number)),
  });
  await writeCsv(io, flags, result.csv);
  if (flags.json === true) printJson(io, backtestJson(result));
  else print(io, backtestText(io, result));
}

interface Common {
  readonly db: string;
  readonly signal: AbortSignal;
  readonly csv: boolean;
  readonly engine?: string;
}

function common(io: Io, flags: EvaluateFlags, signal: AbortSignal): Common {
  const { engine, csv } = flags;
  return { db: dbFile(io, flags), signal, csv: csv !== undefined, ...(engine !== undefined && { engine }) };
}

async function writeCsv(io: Io, { csv }: EvaluateFlags, text: string | null): Promise<void> {
  if (csv === undefined || text === null) return;
  const file = path.resolve(io.cwd, csv);
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new UserError(`${file} cannot be written: give another file with --csv`, { cause });
  }
}

/** The shape that programs read: fields are added, never changed. */
function evaluationJson({ study, rows, verdict, refit }: StudyEvaluation): unknown {
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
      ...stepsJson(evaluation),
      ...quantilesJson(evaluation),
    })),
    baselines: rows[0]?.evaluation.baselines ?? {},
    verdict,
    ...(refit && {
      refit: {
        number: refit.retrained.trial.number,
        epochs: refit.retrained.epochs,
        seen: refit.retrained.parts[0]!.seen,
        test: refit.retrained.evaluation.metrics,
        baselines: refit.retrained.evaluation.baselines,
        verdict: refit.verdict,
        ...stepsJson(refit.retrained.evaluation),
        ...quantilesJson(refit.retrained.evaluation),
      },
    }),
  };
}

function stepsJson(evaluation: EvaluationRow): { readonly step_rmse?: unknown } {
  const errors = knownStepErrors([evaluation], evaluation.trial);
  return errors.length === 0 ? {} : { step_rmse: errors };
}

function quantilesJson(evaluation: EvaluationRow): { readonly quantiles?: unknown } {
  const quantiles = knownQuantiles([evaluation], evaluation.trial);
  return quantiles.length === 0 ? {} : { quantiles };
}

function backtestJson({ study, retrained, verdict }: Backtest): unknown {
  const { trial, epochs, parts, evaluation } = retrained;
  return {
    study: study.name,
    metric: study.metric,
    split: "test",
    trial: trial.number,
    params: trial.params,
    epochs,
    parts: parts.map(({ seen, evaluation: { metrics, baselines, windows } }) => ({
      seen,
      windows,
      test: metrics,
      baselines,
    })),
    test: evaluation.metrics,
    baselines: evaluation.baselines,
    windows: evaluation.windows,
    verdict,
    ...quantilesJson(evaluation),
  };
}
