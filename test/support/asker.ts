/** Asks a study until it is over, or, with `hang`, keeps its first trial. Usage: asker.ts DB TRIALS [hang]. */
import { createStudy, float } from "../../orchestrator/index.ts";

const [db = "", trials = "0", mode] = process.argv.slice(2);
await using study = await createStudy({
  name: "s",
  db,
  metric: "loss",
  budget: { trials: Number(trials), epochs: 3 },
  space: { x: float(0, 1) },
});
for await (const trial of study) {
  console.log(`trial ${trial.number} ${trial.attempt}`);
  if (mode === "hang") await new Promise((resolve) => setTimeout(resolve, 1e9));
  for (let epoch = trial.fromEpoch + 1; epoch <= 3; epoch++)
    await trial.report(epoch, { loss: trial.params.x + 1 / epoch });
}
