/** Events, requests, workers and evaluations. */
import { expect, test } from "vitest";
import { InvalidWrite } from "../../../storage/errors.ts";
import { added, attemptEnded, ended, newStudy, offered, reported } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function restPart(at: Scene): void {
  test("both degrees of durability record the same", () => {
    expect(at.store.record(at.study.id, [added(0), offered(0, 1)], "power")).toEqual([
      "recorded",
      "recorded",
    ]);
    expect(at.store.record(at.study.id, [reported(0, 1, 0, 0.5)], "process")).toEqual(["recorded"]);
    expect(at.store.record(at.study.id, [attemptEnded(0, 1), ended(0)], "power")).toEqual([
      "recorded",
      "recorded",
    ]);
    expect(at.store.record(at.study.id, [], "power")).toEqual([]);
    expect(at.open().trial(at.study.id, 0)).toMatchObject({ state: "complete", value: 0.5 });
  });

  test("events come back by id, those after one that was seen", () => {
    at.record({ kind: "event", name: "worker_lost", data: { worker: "w1", why: ["silence"] }, at: 8 });
    at.record(
      { kind: "event", name: "paused", data: undefined, at: 9 },
      { kind: "event", name: "x", data: 3, at: 9 },
    );
    const all = at.store.events(at.study.id);
    expect(all.map(({ id: _id, ...event }) => event)).toEqual([
      { name: "worker_lost", data: { worker: "w1", why: ["silence"] }, at: 8 },
      { name: "paused", data: null, at: 9 },
      { name: "x", data: 3, at: 9 },
    ]);
    expect(at.store.events(at.study.id, all[1]?.id).map((event) => event.name)).toEqual(["x"]);
    const other = at.store.createStudy(newStudy({ name: "other" }));
    expect(at.store.events(other.id)).toEqual([]);
  });

  test("a wish to stop reaches the coordinator from another process, once", () => {
    at.record(added(0));
    const cli = at.open();
    cli.requestStop(at.study.id, 0, 10);
    cli.requestStop(at.study.id, null, 11);
    const requests = at.store.stopRequests(at.study.id, 0);
    expect(requests.map((request) => request.trial)).toEqual([0, null]);
    expect(at.store.stopRequests(at.study.id, requests[0]!.id).map((request) => request.trial)).toEqual([
      null,
    ]);
    expect(at.store.stopRequests(at.study.id, requests[1]!.id)).toEqual([]);
    expect(() => cli.requestStop(at.study.id, 5, 12)).toThrow(InvalidWrite);
  });

  test("other wishes reach it in their order, with what they are about", () => {
    at.record(added(0));
    const cli = at.open();
    cli.request(at.study.id, { kind: "invalid", trial: 0, reason: "wrong file" }, 10);
    cli.request(at.study.id, { kind: "enqueue", params: { lr: 0.1, units: [8] } }, 11);
    const requests = at.store.requests(at.study.id, 0);
    expect(requests.map(({ request }) => request)).toEqual([
      { kind: "invalid", trial: 0, reason: "wrong file" },
      { kind: "enqueue", params: { lr: 0.1, units: [8] } },
    ]);
    expect(at.store.requests(at.study.id, requests[0]!.id)).toEqual([requests[1]]);
    expect(() => cli.request(at.study.id, { kind: "invalid", trial: 5, reason: "-" }, 12)).toThrow(
      InvalidWrite,
    );
  });

  test("workers are kept with when they were first and last seen", () => {
    const worker = {
      id: "lab7-41",
      host: "lab7",
      pid: 41,
      version: "0.1.0",
      engine: null,
      labels: { gpu: "none" },
      firstSeen: 10,
      lastSeen: 10,
    };
    at.store.saveWorkers(at.study.id, [worker, { ...worker, id: "lab7-42", pid: 42, firstSeen: 12 }]);
    at.store.saveWorkers(at.study.id, [{ ...worker, engine: "tfjs", firstSeen: 50, lastSeen: 50 }]);
    expect(at.open().workers(at.study.id)).toEqual([
      { ...worker, engine: "tfjs", lastSeen: 50 },
      { ...worker, id: "lab7-42", pid: 42, firstSeen: 12 },
    ]);
  });

  test("an evaluation is kept for each trial and split, the newest one", () => {
    at.record(added(0), added(1));
    const test0 = {
      trial: 0,
      split: "test" as const,
      metrics: { mse: 0.5, skill: Number.NaN },
      baselines: { "repeat last": { mse: 0.7, mae: Number.POSITIVE_INFINITY } },
      windows: 1200,
      comparisons: [
        {
          baseline: "repeat last",
          naive: true,
          kind: "squared" as const,
          own: 0.5,
          other: 0.7,
          error: null,
          blocks: 1,
        },
      ],
      outside: 0.25,
      detail: { windows: [], targets: 1 },
      at: 20,
    };
    at.store.saveEvaluation(at.study.id, { ...test0, trial: 1 });
    at.store.saveEvaluation(at.study.id, test0);
    at.store.saveEvaluation(at.study.id, { ...test0, split: "validation" });
    at.store.saveEvaluation(at.study.id, { ...test0, metrics: { mse: 0.4, skill: 0.1 } });
    expect(at.open().evaluations(at.study.id)).toEqual([
      { ...test0, metrics: { mse: 0.4, skill: 0.1 } },
      { ...test0, split: "validation" },
      { ...test0, trial: 1 },
    ]);
  });
}
