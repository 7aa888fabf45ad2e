import { describe, expect, it } from "vitest";
import { studyVerdict } from "../../../orchestrator/verdict/study-verdict.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { EvaluationRow } from "../../../storage/store.ts";
import { added, newStudy } from "../../support/study-writes.ts";
import { useFolder } from "../../support/use-folder.ts";
import { sweepOf } from "../config/support.ts";

const evaluation: EvaluationRow = {
  trial: 0,
  split: "validation",
  metrics: {},
  baselines: {},
  windows: 2857,
  comparisons: [
    { baseline: "repeat last", naive: true, kind: "squared", own: 1, other: 2, error: 0.03, blocks: 16 },
  ],
  outside: 0,
  detail: null,
  at: 1,
};

describe("the verdict on a study", () => {
  const place = useFolder();

  it("says that of a series' folds it looks at the last one", async () => {
    const sentence = async (data: string): Promise<string> => {
      const sweep = await sweepOf(
        `data: {file: a.csv, targets: [y], ${data}}\nparameters: {hidden: {values: [4, 8]}}\nbudget: {trials: 1}\n`,
      );
      const store = openStore(place.db);
      const study = store.createStudy(newStudy({ name: data, config: sweep }));
      store.record(study.id, [added(0)], "process");
      store.saveEvaluation(study.id, evaluation);
      const verdict = studyVerdict(store, study, { ...store.trial(study.id, 0)!, params: { hidden: 4 } });
      store.close();
      return verdict!.sentence;
    };
    expect(await sentence("folds: 3")).toContain(" on 2857 validation samples of the last fold: ");
    expect(await sentence("layout: wide, folds: 3")).toContain(" on 2857 validation samples: ");
    expect(await sentence("window: 3")).toContain(" on 2857 validation samples: ");
  });
});
