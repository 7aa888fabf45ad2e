import type { RangeTestSettings } from "../../worker/protocol/range-test.ts";
import type { StudyPlan } from "../coordinator/plan.ts";

/**
 * The plan of a study whose trials are range tests (`method: lr_range`): each does this test instead of training, and is
 * complete when it says so. `null`: the plan as it is.
 */
export function rangePlan(plan: StudyPlan, test: RangeTestSettings | null): StudyPlan {
  if (test === null) return plan;
  return {
    ...plan,
    endsEarly: () => ({ reason: null }),
    insteadOfTraining: (work) => ({ ...work, kind: "lr_range_test", test }),
  };
}
