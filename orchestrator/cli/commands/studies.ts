import type { Command } from "commander";
import { isDriven } from "../../driven.ts";
import { studyRows } from "../../views/studies.ts";
import { print, printJson, type Io } from "../io.ts";
import { dbOption, withStore, type DbOptions } from "../options.ts";
import { studiesText } from "../text/studies.ts";

const examples = `
Examples:
  $ seqtune studies
  $ seqtune studies --json | jq -r '.[] | select(.state == "complete") | .name'
`;

export function studiesCommand(program: Command, io: Io): void {
  program
    .command("studies")
    .option("--json", "a JSON array, the oldest first")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action((options: DbOptions & { readonly json?: true }) => {
      withStore(io, options, (store, file) => {
        const rows = studyRows(store, (study) => isDriven(store, study, file));
        if (options.json) printJson(io, rows);
        else if (rows.length === 0)
          print(io, `no studies in ${file} yet; start one with: seqtune run <sweep.yaml>`);
        else print(io, studiesText(rows, io.columns, io.colors));
      });
    });
}
