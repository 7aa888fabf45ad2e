import type { WorkerMessage } from "../../../worker/protocol/messages.ts";

/** Messages of the first attempt of the first trial. */
export const ref = { study: "s", trial: 0, attempt: 1 };
const engine = { engine: "none", backend: "none", version: "0", device: "none" };
export const started = (worker = "w1"): WorkerMessage => ({ kind: "started", ref, n: 0, worker, engine });
export const report = (n: number, value: number | "NaN", worker = "w1"): WorkerMessage => {
  return { kind: "report", ref, n, worker, epoch: n, metrics: { val_mse: value }, seconds: 1 };
};
export const ended = (n: number, worker = "w1"): WorkerMessage => {
  return { kind: "ended", ref, n, worker, end: { kind: "complete" } };
};
