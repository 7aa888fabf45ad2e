import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { isDriven } from "../driven.ts";
import { writeOut } from "../plot-files/write.ts";
import { studyPage } from "../report/study-page.ts";
import { studyReport } from "../report/study-report.ts";
import { requireStudy } from "./require-study.ts";
import { studyForecast } from "./study-forecast.ts";

export interface ReportRun {
  readonly db: string;
  readonly engine?: string;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The report of a study as one page; what its best model predicts comes from a worker where it was not recorded. */
export async function reportPage(store: StudyStore, study: Study, run: ReportRun): Promise<string> {
  const forecast = await studyForecast(store, study, run);
  const driven = isDriven(store, study, run.db);
  return studyPage(studyReport(store, study, { forecast, driven, at: run.at }));
}

/** Writes it. Throws `UserError`. */
export async function writeReport(name: string, file: string, run: ReportRun): Promise<void> {
  const store = openStore(run.db, { readonly: true });
  try {
    await writeOut(file, await reportPage(store, requireStudy(store, name, run.db), run));
  } finally {
    store.close();
  }
}
