import type { Command } from "commander";
import { UserError } from "../../errors.ts";
import { studyImportance } from "../../importance/study-importance.ts";
import { findStudy } from "../find-study.ts";
import { print, printJson, type Io } from "../io.ts";
import { dbOption, withStore, type DbOptions } from "../options.ts";
import { importanceText } from "../text/importance.ts";

const examples = `
Examples:
  $ seqtune importance
  $ seqtune importance etth1 --json | jq '.importance.parameters[] | [.name, .share]'

Functional ANOVA of a random forest; pruned and diverged trials count too. See docs/search.md.`;

export function importanceCommand(program: Command, io: Io): void {
  program
    .command("importance")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .option("--json", "one JSON object, with every point of every curve")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action((name: string | undefined, options: DbOptions & { readonly json?: true }) => {
      withStore(io, options, (store, file) => {
        const view = studyImportance(store, findStudy(store, name, file));
        const { importance } = view;
        if (options.json) {
          printJson(io, view);
          return;
        }
        switch (importance.kind) {
          case "importance":
            print(io, importanceText(view, importance, io.columns, io.colors));
            return;
          case "too_few_trials":
            throw new UserError(
              `study ${view.study} has ${importance.trials} trials to learn from; importance needs ${importance.needed}`,
            );
          case "nothing_varies":
            throw new UserError(
              `nothing tells the ${importance.trials} trials of study ${view.study} apart: they all have the same parameters or the same score`,
            );
          default:
            importance satisfies never;
        }
      });
    });
}
