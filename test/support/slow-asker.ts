/** Asks a study of one goal, or of two, and takes 20 ms for an epoch. Usage: slow-asker.ts DB [goals]. */
import { createStudy, float, int } from "../../orchestrator/index.ts";

const [db = "", kind] = process.argv.slice(2);
const ranked =
  kind === "goals"
    ? { metrics: [{ name: "loss" }, { name: "size", goal: "minimize" as const }], constraints: ["size < 5"] }
    : { metric: "loss" };
await using study = await createStudy({
  name: "s",
  db,
  ...ranked,
  method: { name: "tpe", startup_trials: 3 },
  seed: 5,
  budget: { trials: 8, epochs: 9 },
  early_terminate: { type: "median", min_epochs: 3, min_trials: 2 },
  space: { x: float(0, 1), n: int(1, 5) },
});
await study.optimize(async (trial) => {
  for (let epoch = trial.fromEpoch + 1; epoch <= trial.epochs; epoch++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { x, n } = trial.params;
    const verdict = await trial.report(epoch, { loss: (x - 0.3) ** 2 + n / epoch, size: n });
    if (verdict.kind !== "continue") return;
  }
});
