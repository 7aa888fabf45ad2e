/** Runs a scripted study as a process of its own: `run-scripted.ts DB TRIALS EPOCHS EPOCH_MS`. */
import { runScripted } from "./scripted-study.ts";

const [db = "", trials = "", epochs = "", epochMs = "0"] = process.argv.slice(2);
await runScripted(db, {
  trials: Number(trials),
  epochs: Number(epochs),
  workerArgs: ["--epoch-ms", epochMs],
});
