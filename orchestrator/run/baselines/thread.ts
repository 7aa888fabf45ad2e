import { parentPort, workerData } from "node:worker_threads";
import { DataError } from "../../../worker/data/errors.ts";
import type { Table } from "../../../worker/data/file/table.ts";
import { tableOf } from "../../../worker/data/prepare.ts";
import { foldBaselines, foldCount } from "./sweep-baselines.ts";
import type { FoldAnswer, ThreadTask } from "./beside.ts";

// A thread of its own: ridge regressions over all training windows take seconds, in which no worker would be heard. It takes fold after
// fold as long as there are any that no other thread has taken, and says in the end what it has found.
const { question, next } = workerData as ThreadTask;
const { source, settings } = question;
let table: Table | undefined;
const answers: FoldAnswer[] = [];
for (let fold = taken(); fold < foldCount(question); fold = taken()) answers.push(answer(fold));
parentPort?.postMessage(answers);

function taken(): number {
  return Atomics.add(next, 0, 1);
}

function answer(fold: number): FoldAnswer {
  try {
    table ??= tableOf(source, settings); // read once for all folds
    return { fold, ...foldBaselines(table, settings, fold) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    Atomics.store(next, 0, foldCount(question)); // no other fold is of use
    return { fold, reason: error.message };
  }
}
