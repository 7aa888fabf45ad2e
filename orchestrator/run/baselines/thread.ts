import { parentPort, workerData } from "node:worker_threads";
import { fitSweepBaselines, type BaselineQuestion } from "./sweep-baselines.ts";
import type { BaselineAnswer } from "./beside.ts";

// A thread of its own: ridge regressions over all training windows take seconds, in which no worker would be heard.
parentPort?.postMessage(answer(workerData as BaselineQuestion));

function answer(question: BaselineQuestion): BaselineAnswer {
  try {
    return fitSweepBaselines(question);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
