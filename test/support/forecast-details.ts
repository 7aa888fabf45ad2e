import type { StudyStore } from "../../storage/store.ts";
import type { EvaluationDetail } from "../../worker/protocol/evaluation-detail.ts";

const none = { windows: [], errors: [], pairs: [], confusions: [], targets: 1 };

/** What a worker says of a model: of a series far ahead, one step ahead, of samples, and of classes. */
export const details: Readonly<Record<string, EvaluationDetail>> = {
  windows: {
    ...none,
    windows: Array.from({ length: 5 }, (_, i) => ({
      target: "OT",
      origin: `2017-07-0${i + 1} 21:00:00`,
      past: [1, 2, null, 4],
      truth: [5, 6, 7, 8],
      forecast: [5.5, 6, null, 7],
      rolling: false,
    })),
    errors: [
      {
        target: "OT",
        model: [0.5, 1, 1.25, 1.5],
        baselines: [
          { name: "repeat last", naive: true, errors: [0.6, 1.5, 2, 2.5] },
          { name: "linear", naive: false, errors: [0.5, 1.1, 1.3, 1.75] },
        ],
      },
    ],
  },
  rolling: {
    ...none,
    windows: [
      {
        target: "<b>OT</b>",
        origin: "line 8",
        past: [],
        truth: [1, 2, 3],
        forecast: [1, 2, 2],
        rolling: true,
      },
    ],
    errors: [{ target: "<b>OT</b>", model: [0.5], baselines: [] }],
    targets: 7,
  },
  pairs: { ...none, pairs: [{ target: "yield", truth: [1, 2, 3], predicted: [1.1, null, 2.5] }] },
  classes: {
    ...none,
    confusions: [
      {
        column: "label",
        classes: ["cat", "dog", "</text><script>"],
        counts: [
          [8, 2, 0],
          [3, 7, 0],
          [0, 0, 1],
        ],
      },
    ],
  },
  "too many classes": none,
};

/** Records for a trial what its model predicts on validation rows. */
export function saveDetail(store: StudyStore, study: number, trial: number, detail: unknown): void {
  store.saveEvaluation(study, {
    trial,
    split: "validation",
    metrics: {},
    baselines: {},
    windows: 100,
    comparisons: [],
    outside: null,
    detail,
    at: Date.UTC(2026, 10, 23, 13, 0, 0),
  });
}
