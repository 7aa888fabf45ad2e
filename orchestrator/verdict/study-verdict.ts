import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { parseStoredSweep, settingsFor } from "../config/sweep.ts";
import { bestTrial } from "../views/best-trial.ts";
import { repeatsOf } from "../repeats/recorded.ts";
import { expectedOf } from "../views/expected.ts";
import { nextSteps, type Lucky } from "./next-steps.ts";
import { judge, worthOf, type StudyVerdict } from "./verdict.ts";
import { verdictSentence } from "./words.ts";

/**
 * What a trial's model is worth (default: the best one's), from what is recorded of it; `null` while it was compared with
 * nothing, which the end of a study and `seqtune evaluate` do.
 */
export function studyVerdict(
  store: StudyStore,
  study: Study,
  trial: Trial | null = bestTrial(store, study),
): StudyVerdict | null {
  if (trial === null) return null;
  const rows = store.evaluations(study.id).filter((row) => row.trial === trial.number);
  const of = (split: "validation" | "test") => {
    const row = rows.find((one) => one.split === split);
    return row === undefined ? null : judge(row);
  };
  const [validation, test] = [of("validation"), of("test")];
  const decisive = test ?? validation;
  const stored = parseStoredSweep(study.config);
  if (decisive === null || !stored.ok) return null;
  const resolved = settingsFor(stored.sweep, trial.params);
  if (!resolved.ok) return null;
  const worth = worthOf(decisive);
  const { layout, folds } = resolved.settings.data;
  // Only the last fold's model of a series is kept, which has seen the validation rows of the others.
  const isLast = layout === "series" && folds !== undefined && decisive.split === "validation";
  return {
    trial: trial.number,
    worth,
    sentence: verdictSentence(decisive, worth, isLast ? " of the last fold" : ""),
    validation,
    test,
    steps: nextSteps({
      study: study.name,
      judgements: [test, validation].filter((one) => one !== null),
      outside: Math.max(...rows.map(({ outside }) => outside ?? 0)),
      settings: resolved.settings,
      params: trial.params,
      space: stored.sweep.space,
      lucky: luckyOf(store, study, trial.number),
    }),
  };
}

function luckyOf(store: StudyStore, study: Study, trial: number): Lucky | null {
  const repeats = repeatsOf(store, study);
  const view = expectedOf(store, study, repeats)?.view;
  if (view === undefined || view.words === null || view.first?.trial !== trial) return null;
  const hasModel = (store.trial(study.id, view.trial)?.model ?? null) !== null;
  return { trial, better: view.trial, hasModel, raced: repeats.length > 0 };
}
