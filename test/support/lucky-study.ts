import { rngFor } from "../../search/random.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { repeatWrite } from "../../orchestrator/repeats/recorded.ts";
import { addStudy, began, type OddTrial } from "./odd-studies.ts";

/** The best measured, by luck: the configurations around it are worse. */
export const luckyTrial = 22;

/** A lattice over a bowl with a noise of .05: the lowest values are to be expected around trials 19 and 20. */
const trials: readonly OddTrial[] = Array.from({ length: 36 }, (_, trial) => {
  const [rate, width] = [(trial % 6) / 5, Math.floor(trial / 6) / 5];
  const noise = 0.05 * rngFor(3, "noise", trial).normal();
  const value = trial === luckyTrial ? 0.205 : 0.3 + ((rate - 0.4) ** 2 + (width - 0.6) ** 2) / 2 + noise;
  return { params: { rate, width }, values: [1.5, value], outcome: "complete" };
});

/** `repeats`: values that the lucky trial and two others came to when they were trained again. */
export function addLuckyStudy(store: StudyStore, repeats: readonly number[] = []): Study {
  const again = repeats.flatMap((value, seed) =>
    [luckyTrial, 19, 20].map((of) => ({
      of,
      seed: seed + 1,
      value: of === luckyTrial ? value : 0.3 + seed / 100,
    })),
  );
  const repeated = again.map(({ of, value }): OddTrial => ({
    params: trials[of]!.params,
    values: [1.5, value],
    outcome: "complete",
  }));
  const asks = repeats.length === 0 ? {} : { repeats: { top: 3, seeds: repeats.length } };
  const config = { method: "random", budget: { trials: trials.length }, ...asks };
  const study = addStudy(store, "luck", [...trials, ...repeated], { config });
  store.record(
    study.id,
    again.map(({ of, seed }, i) => repeatWrite({ trial: trials.length + i, of, seed }, began)),
    "process",
  );
  return store.findStudy("luck")!;
}
