import { afterEach, beforeEach, describe } from "vitest";
import type { Study, StudyStore } from "../../storage/store.ts";
import { newStudy } from "../support/study-writes.ts";
import { curvesPart } from "./study-store/curves.ts";
import { followingPart } from "./study-store/following.ts";
import { rankingPart } from "./study-store/ranking.ts";
import { refusalsPart } from "./study-store/refusals.ts";
import { repeatsPart } from "./study-store/repeats.ts";
import type { Scene, StudyStoreUnderTest } from "./study-store/scene.ts";
import { studiesPart } from "./study-store/studies.ts";
import { restPart } from "./study-store/the-rest.ts";
import { trialsPart } from "./study-store/trials.ts";

/** What every `StudyStore` promises. */
export function studyStoreContract(name: string, make: () => StudyStoreUnderTest): void {
  describe(`study store: ${name}`, () => {
    let made: StudyStoreUnderTest;
    let opened: StudyStore[];
    let store: StudyStore;
    let study: Study;

    const scene: Scene = {
      get store() {
        return store;
      },
      get study() {
        return study;
      },
      open: () => {
        const other = made.open();
        opened.push(other);
        return other;
      },
      make,
      record: (...writes) => store.record(study.id, writes, "process"),
      values: (trial) => store.curve(study.id, trial).map(({ epoch, value }) => [epoch, value]),
    };

    beforeEach(() => {
      made = make();
      opened = [];
      store = scene.open();
      study = store.createStudy(newStudy());
    });
    afterEach(() => {
      for (const each of opened) each.close();
      made.remove();
    });

    const parts = [
      studiesPart,
      trialsPart,
      curvesPart,
      followingPart,
      rankingPart,
      repeatsPart,
      refusalsPart,
      restPart,
    ];
    for (const part of parts) part(scene);
  });
}
