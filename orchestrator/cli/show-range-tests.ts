import { rateDomain } from "../../search/lr-range/narrowed.ts";
import { rangeTestOf } from "../config/range-study.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { rangeRecords } from "../lr-range/range-records.ts";
import { testedTrials } from "../lr-range/study-table.ts";
import { findStudy } from "./find-study.ts";
import { print, printJson, type Io } from "./io.ts";
import { withStore, type DbOptions } from "./options.ts";
import { rangeRecordsText, testedTrialsText } from "./text/lr-study.ts";

/** Prints the range tests a study has done. Throws `UserError`. */
export function showRangeTests(name: string, flags: DbOptions & { readonly json?: true }, io: Io): void {
  withStore(io, flags, (store, file) => {
    const study = findStudy(store, name, file);
    const stored = parseStoredSweep(study.config);
    if (!stored.ok) throw new UserError(stored.message);
    const test = rangeTestOf(stored.sweep);
    if (test !== null) {
      const tested = testedTrials(store, study, test);
      if (flags.json) printJson(io, { study: study.name, tests: tested });
      else print(io, testedTrialsText(study.name, tested, io));
      return;
    }
    const records = rangeRecords(store, study);
    const whole = rateDomain(stored.sweep.space);
    if (records.length === 0 || whole === null)
      throw new UserError(
        `study ${study.name} has run no range tests (docs/lr-range.md explains range_test)`,
      );
    if (flags.json) printJson(io, { study: study.name, tests: records });
    else print(io, rangeRecordsText(study.name, records, whole, io));
  });
}
