import { rngFor } from "../../search/random.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Write } from "../../storage/store.ts";
import { newStudy } from "./study-writes.ts";

/** Records a study of this many trials, a third of them pruned, as a coordinator would have. Its key. */
export function makeLargeStudy(db: string, trials: number, epochs: number): string {
  const store = openStore(db);
  const rng = rngFor(1, "bench", trials);
  const study = store.createStudy(newStudy({ name: "large", at: 0 }));
  const block = 200;
  for (let from = 0; from < trials; from += block) {
    const writes: Write[] = [];
    for (let number = from; number < Math.min(trials, from + block); number++) {
      const params = {
        learning_rate: 10 ** (-5 + 4 * rng.next()),
        hidden: 4 + rng.int(124),
        layers: rng.int(3),
        dropout: rng.next() * 0.5,
        window: [24, 48, 96][rng.int(3)]!,
        optimizer: ["adam", "rmsprop", "momentum"][rng.int(3)]!,
        batch_size: [32, 64, 128][rng.int(3)]!,
        weight_decay: 10 ** (-6 + 4 * rng.next()),
      };
      const last = rng.next() < 0.33 ? Math.ceil(epochs / 4) : epochs;
      const goal = 0.2 + 0.1 * Math.abs(Math.log10(params.learning_rate) + 2.5) + 0.1 * rng.next();
      const id = { trial: number, attempt: 1 };
      const at = number * 1000;
      writes.push(
        { kind: "trial_added", trial: { number, params, seed: number, epochs, origin: "random", at } },
        { kind: "attempt_offered", ...id, fromEpoch: 0, toEpoch: epochs, at },
        { kind: "attempt_started", ...id, worker: `local-${1 + (number % 8)}`, engine: "e", at },
      );
      for (let epoch = 1; epoch <= last; epoch++) {
        const value = goal + 0.5 * Math.exp(-epoch / 4) * (0.8 + 0.4 * rng.next());
        const metrics = { train_loss: value * 0.9, val_mse: value, val_mae: Math.sqrt(value) };
        writes.push({
          kind: "report",
          report: { ...id, n: epoch - 1, epoch, value, metrics, seconds: 0.1, at: at + epoch * 100 },
        });
      }
      const pruned = last < epochs;
      writes.push(
        { kind: "attempt_ended", ...id, state: pruned ? "stopped" : "complete", reason: null, at: at + 5000 },
        {
          kind: "trial_ended",
          trial: number,
          outcome: pruned ? "pruned" : "complete",
          reason: null,
          model: null,
          at: at + 5000,
        },
      );
    }
    store.record(study.id, writes, "process");
  }
  store.setStudyState(study.id, "complete", "all trials are done", trials * 1000 + 5000);
  store.close();
  return study.key;
}
