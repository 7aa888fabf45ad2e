/** Asks a study and takes 20 ms for an epoch. Usage: slow-asker.ts DB. */
import { createStudy, float, int } from "../../orchestrator/index.ts";

const [db = ""] = process.argv.slice(2);
await using study = await createStudy({
  name: "s",
  db,
  metric: "loss",
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
    if ((await trial.report(epoch, (x - 0.3) ** 2 + n / epoch)).kind !== "continue") return;
  }
});
