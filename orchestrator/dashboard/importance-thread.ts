import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../worker/protocol/clock.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { plotImportance } from "../views/plot-study/importance.ts";
import { readPlotStudy } from "../views/plot-study/read.ts";

// A thread of its own: for thousands of trials a forest takes seconds, in which no page would hear of news.
const { file, key, best } = workerData as {
  readonly file: string;
  readonly key: string;
  readonly best: number;
};
const store = openStore(file, { readonly: true });
const study = store.studyOfKey(key);
if (study === null) throw new Error(`the study ${key} is not in ${file} any more`);
const importance = plotImportance(store, study, readPlotStudy(store, study, systemClock.now()), { best });
store.close();
parentPort?.postMessage(JSON.stringify(importance));
