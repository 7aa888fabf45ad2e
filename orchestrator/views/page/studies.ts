import type { Study, StudyStore, StudySummary } from "../../../storage/store.ts";
import { bestPossible } from "../../config/metrics.ts";
import { baselineOf } from "../leaderboard.ts";
import { skill } from "../skill.ts";
import type { StudyLine } from "./wire.ts";

/** Makes the list of studies, again and again: what never changes in a study is read once. */
export class StudyList {
  private readonly baselines = new Map<string, StudyLine["baseline"]>();

  /** Newest first. */
  read(store: StudyStore, isDriven: (study: StudySummary) => boolean): readonly StudyLine[] {
    return store
      .studies()
      .map((study) => this.line(store, study, isDriven(study)))
      .reverse();
  }

  private line(store: StudyStore, study: StudySummary, driven: boolean): StudyLine {
    const { key, name, state, metric, goal, counts, best, at, endedAt } = study;
    const baseline = this.baselineOf(store, study);
    const gain = skill(best, baseline?.value ?? null, bestPossible(metric, goal));
    return {
      key,
      name,
      state,
      driven,
      metric,
      goal,
      counts,
      best,
      baseline,
      skill: gain,
      startedAt: at,
      endedAt,
    };
  }

  private baselineOf(store: StudyStore, { key, name }: StudySummary): StudyLine["baseline"] {
    const known = this.baselines.get(key);
    if (known !== undefined) return known;
    const study: Study | null = store.findStudy(name);
    const baseline = study === null ? null : baselineOf(study);
    if (baseline !== null) this.baselines.set(key, baseline); // else it may still be computed
    return baseline;
  }
}
