import { Option, type Command } from "commander";
import { UserError } from "../../errors.ts";
import { studyInputImportance } from "../../importance/input-importance.ts";
import { studyImportance } from "../../importance/study-importance.ts";
import { bestShareText } from "../../views/best-share.ts";
import { findStudy } from "../find-study.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { bestOption, count, dbFile, dbOption, withStore } from "../options.ts";
import { importanceText } from "../text/importance.ts";
import { inputImportanceText } from "../text/input-importance.ts";

interface ImportanceFlags {
  readonly db?: string;
  readonly inputs?: true;
  readonly repeats?: number;
  readonly best?: number;
  readonly engine?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune importance
  $ seqtune importance etth1 --json | jq '.importance.parameters[] | [.name, .share]'
  $ seqtune importance etth1 --best 10     what distinguishes the best 10 % of the trials
  $ seqtune importance etth1 --inputs      what each column of the data is worth to the best model

Of parameters: functional ANOVA of a random forest; pruned and diverged trials count too. See docs/search.md.
--best: every trial outside the best P percent counts as equal to the worst of them.
--inputs: each column is shuffled between the validation samples, by the study's seed, and the best model scored again.`;

export function importanceCommand(program: Command, io: Io): void {
  program
    .command("importance")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .addOption(bestOption())
    .option("--inputs", "show what each input column is worth to the best trial's model instead")
    .addOption(
      new Option("--repeats <n>", "with --inputs: how often each column is shuffled (default: 5)").argParser(
        count,
      ),
    )
    .option("--engine <name>", "with --inputs: training engine (default: from the sweep file)")
    .option("--json", "one JSON object, with every point of every curve")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ImportanceFlags) => {
      if (flags.inputs === true) await ofInputs(io, name, flags);
      else ofParameters(io, name, flags);
    });
}

async function ofInputs(io: Io, name: string | undefined, flags: ImportanceFlags): Promise<void> {
  const { repeats = 5, engine } = flags;
  if (flags.best !== undefined)
    throw new UserError("--best applies to parameters and cannot be used with --inputs; leave one out");
  if (repeats < 2 || repeats > 1000)
    throw new UserError(`--repeats must be 2 to 1000, not ${repeats}: a standard error needs two of them`);
  const study = withStore(io, flags, (store, file) => findStudy(store, name, file));
  const signals = watchSignals(() => note(io, "\ninterrupted"));
  try {
    const { finish: signal } = signals;
    const options = { db: dbFile(io, flags), repeats, signal, ...(engine !== undefined && { engine }) };
    const view = await studyInputImportance(study.name, options);
    if (flags.json) printJson(io, view);
    else print(io, inputImportanceText(view, io.columns, io.colors));
  } finally {
    signals.stop();
  }
}

function ofParameters(io: Io, name: string | undefined, flags: ImportanceFlags): void {
  for (const option of ["repeats", "engine"] as const) {
    if (flags[option] !== undefined) throw new UserError(`--${option} belongs to --inputs: give both`);
  }
  withStore(io, flags, (store, file) => {
    const view = studyImportance(
      store,
      findStudy(store, name, file),
      flags.best === undefined ? {} : { best: flags.best },
    );
    const { importance } = view;
    if (flags.json) {
      printJson(io, view);
      return;
    }
    switch (importance.kind) {
      case "importance":
        print(io, importanceText(view, importance, io.columns, io.colors));
        return;
      case "too_few_trials":
        throw new UserError(
          `study ${view.study} has ${importance.trials} trials to learn from; importance${ofBest(flags)} needs ${importance.needed}`,
        );
      case "nothing_varies":
        throw new UserError(
          flags.best === undefined
            ? `nothing tells the ${importance.trials} trials of study ${view.study} apart: they all have the same parameters or the same score`
            : `nothing tells ${bestShareText(flags.best)} of the ${importance.trials} trials of study ${view.study} apart: they have the same score; try a larger --best`,
        );
      default:
        importance satisfies never;
    }
  });
}

function ofBest({ best }: ImportanceFlags): string {
  return best === undefined ? "" : ` among ${bestShareText(best)}`;
}
