import { parentPort, workerData } from "node:worker_threads";
import { sweepBaselines, type BaselineQuestion } from "./sweep-baselines.ts";
import type { BaselineAnswer } from "./beside.ts";

// A thread of its own: ridge regressions over all training windows take seconds, in which no worker would be heard.
parentPort?.postMessage(answer(workerData as BaselineQuestion));

function answer(question: BaselineQuestion): BaselineAnswer {
  try {
    return { found: sweepBaselines(question) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
