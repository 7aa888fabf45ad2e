import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { goalsOf } from "../config/study-goals.ts";
import { UserError } from "../errors.ts";
import { bestTrial } from "../views/best-trial.ts";
import { totalTrials } from "../views/counts.ts";

/** The trial of that number, or the best one. `command` is the one being typed, for advice. Throws `UserError`. */
export function findTrial(
  store: StudyStore,
  study: Study,
  wanted: string | undefined,
  command: string,
): Trial {
  if (wanted === undefined) {
    throw new UserError(`say which trial, by its number or as best: seqtune ${command} ${study.name} best`);
  }
  if (wanted === "best") return requireBest(store, study);
  if (!/^\d{1,9}$/.test(wanted)) throw new UserError(notANumber(store, wanted, command));
  const trial = store.trial(study.id, Number(wanted));
  if (trial !== null) return trial;
  const total = totalTrials(store.counts(study.id));
  const known = total === 0 ? "it has none yet" : `its trials are 0 to ${total - 1}`;
  throw new UserError(`there is no trial ${wanted} in study ${study.name}; ${known}`);
}

function requireBest(store: StudyStore, study: Study): Trial {
  const best = bestTrial(store, study);
  if (best !== null) return best;
  if (goalsOf(study) !== undefined && store.trials(study.id).some(({ value }) => value !== null))
    throw new UserError(
      `no trial of study ${study.name} is feasible, so none is the best; give a trial's number, or see what they break: seqtune leaderboard ${study.name}`,
    );
  throw new UserError(
    `no trial of study ${study.name} has a value yet; see: seqtune leaderboard ${study.name}`,
  );
}

function notANumber(store: StudyStore, wanted: string, command: string): string {
  const isStudy = store.findStudy(wanted) !== null;
  const advice = isStudy
    ? `; to ${command} one of that study: seqtune ${command} ${wanted} best`
    : ", or best";
  return `"${wanted}" is not the number of a trial: it must be 0, 1, 2, …${advice}`;
}
