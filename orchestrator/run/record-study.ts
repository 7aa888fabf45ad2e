import { randomBytes } from "node:crypto";
import type { NewStudy, Study, StudyStore } from "../../storage/store.ts";
import { version } from "../../worker/version.ts";
import type { Sweep } from "../config/sweep.ts";

/** Records a new study of this sweep. Throws `StudyExists`, `StoreError`. */
export function recordStudy(
  store: StudyStore,
  sweep: Sweep,
  of: Pick<NewStudy, "name" | "data" | "baselines" | "at">,
): Study {
  return store.createStudy({
    ...of,
    key: `${new Date(of.at).toISOString().slice(0, 10)}-${randomBytes(6).toString("hex")}`,
    goal: sweep.metric.goal,
    metric: sweep.metric.name,
    seed: sweep.seed,
    source: sweep.source,
    config: sweep,
    versions: { seqtune: version, node: process.versions.node },
  });
}
