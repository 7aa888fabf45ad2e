import type { StudyBaseline } from "../../storage/store.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { tableOf } from "../../worker/data/prepare.ts";
import type { Sweep } from "../config/sweep.ts";
import { readData, withDataFile } from "./data-file.ts";
import { lookAtData } from "./look-at-data.ts";
import { settleAuto } from "./settle-auto.ts";

/** What a study begins with. */
export interface StudyStart {
  /** Nothing in it is left open. */
  readonly sweep: Sweep;
  /** The data as trials get them; empty for a program, which finds its own. */
  readonly bytes: Uint8Array;
  /** The data as they were read to look at them; none of a program. */
  readonly table?: Table;
  /** Those that people give; others are computed while the study runs. */
  readonly baselines: readonly StudyBaseline[];
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

/** Throws `DataError`, `UserError`. */
export async function studyStart(given: Sweep): Promise<StudyStart> {
  if (given.program !== undefined) return programStart(given);
  const { file } = given.data;
  const bytes = await readData(file, given.data.settings);
  return await withDataFile(file, () => {
    const table = tableOf(bytes, given.data.settings);
    const { sweep, notice } = settleAuto(given, table);
    const warnings = lookAtData(table, sweep);
    const all = notice === null ? warnings : [notice, ...warnings];
    return {
      sweep,
      bytes,
      table,
      baselines: [],
      warnings: all.map((warning) => `${sweep.data.file}: ${warning}`),
    };
  });
}

/** Figures that people give are no naive forecasts: skill is not measured against them. */
function programStart(sweep: Sweep): StudyStart {
  const baselines = Object.entries(sweep.baselines ?? {}).map(([name, value]) => ({
    name,
    value,
    naive: false,
  }));
  return { sweep, bytes: new Uint8Array(), baselines, warnings: [] };
}
