import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CoordinatorBus, WorkerBus, WorkerChange } from "../../worker/protocol/bus.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { Order, WorkerInfo, WorkerMessage } from "../../worker/protocol/messages.ts";
import { assignment } from "../support/assignment.ts";
import { until } from "../support/until.ts";

/** What an implementation provides to be held to the contract. */
export interface BusWorld {
  coordinator(study: string): Promise<CoordinatorBus>;
  worker(id: string): Promise<WorkerBus>;
  /** The worker's process dies without a word. */
  kill(id: string): Promise<void>;
  end(): Promise<void>;
}

/** A committer that remembers everything, and can be made to fail. */
class Recorder {
  readonly messages: WorkerMessage[] = [];
  readonly changes: WorkerChange[] = [];
  failing = false;
  refused = 0;

  commit(batch: readonly WorkerMessage[]): void {
    if (this.failing) {
      this.refused += 1;
      throw new Error("disk full");
    }
    this.messages.push(...batch);
  }

  worker(change: WorkerChange): void {
    this.changes.push(change);
  }

  /** Message numbers of an attempt in the order committed, repeats removed. */
  numbers(ref: AttemptRef): number[] {
    const mine = this.messages.filter((m) => m.ref.trial === ref.trial && m.ref.attempt === ref.attempt);
    return [...new Set(mine.map((m) => m.n))];
  }
}

function report(ref: AttemptRef, n: number): WorkerMessage {
  return { kind: "report", ref, n, worker: "w1", epoch: n, metrics: { val_mse: 1 / n }, seconds: 0.1 };
}

function info(id: string, running?: AttemptRef): WorkerInfo {
  return {
    id,
    host: "here",
    pid: 1,
    version: "0",
    labels: {},
    ...(running === undefined ? {} : { running }),
  };
}

const never = new AbortController().signal;

/** One suite for every TrialBus. */
export function trialBusContract(name: string, create: () => Promise<BusWorld>): void {
  describe(`TrialBus contract: ${name}`, () => {
    let world: BusWorld;
    let coordinator: CoordinatorBus;
    let recorder: Recorder;

    beforeEach(async () => {
      world = await create();
      recorder = new Recorder();
      coordinator = await world.coordinator("s1");
      await coordinator.open(recorder);
    });
    afterEach(async () => {
      await world.end();
    });

    it("hands each offer to exactly one of several waiting workers", async () => {
      const workers = await Promise.all(["w1", "w2", "w3"].map((id) => world.worker(id)));
      const claims = workers.map((worker) => worker.claim(never));
      for (const trial of [0, 1, 2]) await coordinator.offer(assignment("s1", trial));
      const got = await Promise.all(claims);
      expect(got.map((claimed) => claimed?.ref.trial ?? -1).sort((a, b) => a - b)).toEqual([0, 1, 2]);
    });

    it("gives an offer made before any worker came to the first one that comes, once even if offered twice", async () => {
      await coordinator.offer(assignment("s1", 0));
      await coordinator.offer(assignment("s1", 0));
      const first = await world.worker("w1");
      expect((await first.claim(never))?.ref.trial).toBe(0);
      await coordinator.offer(assignment("s1", 0));
      const second = await world.worker("w2");
      const waiting = second.claim(never);
      await coordinator.offer(assignment("s1", 1));
      expect((await waiting)?.ref.trial).toBe(1);
    });

    it("carries the assignment unchanged", async () => {
      const worker = await world.worker("w1");
      const claim = worker.claim(never);
      await coordinator.offer(assignment("s1", 4, 2));
      expect(await claim).toEqual(assignment("s1", 4, 2));
    });

    it("commits every message of an attempt in its order, then lets the worker forget it", async () => {
      const worker = await world.worker("w1");
      const claim = worker.claim(never);
      await coordinator.offer(assignment("s1", 0));
      const ref = (await claim)!.ref;
      for (let n = 1; n <= 20; n++) worker.send(report(ref, n));
      await worker.flush(AbortSignal.timeout(10_000));
      expect(recorder.numbers(ref)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    });

    it("does not acknowledge what could not be committed, and delivers it again", async () => {
      const worker = await world.worker("w1");
      const claim = worker.claim(never);
      await coordinator.offer(assignment("s1", 0));
      const ref = (await claim)!.ref;
      recorder.failing = true;
      worker.send(report(ref, 1));
      worker.send(report(ref, 2));
      let flushed = false;
      const flush = worker.flush(AbortSignal.timeout(60_000)).then(() => (flushed = true));
      await until(() => recorder.refused > 0, "a refused commit");
      expect(flushed).toBe(false);
      expect(recorder.messages).toEqual([]);
      recorder.failing = false;
      await flush;
      expect(recorder.numbers(ref)).toEqual([1, 2]);
    });

    it("delivers an order to a running attempt, and one given before the claim", async () => {
      const worker = await world.worker("w1");
      const claim = worker.claim(never);
      await coordinator.offer(assignment("s1", 0));
      const ref = (await claim)!.ref;
      const heard: Order[] = [];
      worker.onOrder(ref, (order) => heard.push(order));
      await coordinator.order(ref, { kind: "stop", reason: "worse than the median" });
      await until(() => heard.length > 0, "the order");
      expect(heard[0]).toEqual({ kind: "stop", reason: "worse than the median" });

      const early = assignment("s1", 1).ref;
      await coordinator.order(early, { kind: "pause", reason: "rung 1" });
      await coordinator.offer(assignment("s1", 1));
      await worker.claim(never);
      worker.onOrder(early, (order) => heard.push(order));
      await until(() => heard.some((order) => order.kind === "pause"), "the early order");
    });

    it("sends the worker of a settled attempt the last order, when there is one", async () => {
      const worker = await world.worker("w1");
      const claim = worker.claim(never);
      await coordinator.offer(assignment("s1", 0));
      const ref = (await claim)!.ref;
      const heard: Order[] = [];
      worker.onOrder(ref, (order) => heard.push(order));
      await coordinator.settle(ref, { kind: "stop", reason: "given to another worker" });
      await until(() => heard.length > 0, "the last word");
      expect(heard).toEqual([{ kind: "stop", reason: "given to another worker" }]);
    });

    it("takes back an offer that no worker claimed", async () => {
      await coordinator.offer(assignment("s1", 0));
      expect(await coordinator.withdraw(assignment("s1", 0).ref)).toBe(true);
      const worker = await world.worker("w1");
      const claim = worker.claim(never);
      await coordinator.offer(assignment("s1", 1));
      expect((await claim)?.ref.trial).toBe(1);
    });

    it("reports a worker by its heartbeat, with what it runs", async () => {
      const worker = await world.worker("w1");
      worker.announce(info("w1", { study: "s1", trial: 3, attempt: 1 }));
      await until(
        () => recorder.changes.some((change) => change.kind === "seen" && change.worker.running?.trial === 3),
        "the heartbeat",
      );
    });

    it("ends a waiting claim when the worker is to drain or its own signal fires", async () => {
      const worker = await world.worker("w1");
      worker.announce(info("w1"));
      const stop = new AbortController();
      const abandoned = worker.claim(stop.signal);
      stop.abort();
      expect(await abandoned).toBeNull();
      const waiting = worker.claim(never);
      await until(() => recorder.changes.length > 0, "the worker");
      await coordinator.drain();
      expect(await waiting).toBeNull();
      expect(worker.draining.aborted).toBe(true);
    });

    it("keeps what a worker sent before it died", async () => {
      const worker = await world.worker("w1");
      const claim = worker.claim(never);
      await coordinator.offer(assignment("s1", 0));
      const ref = (await claim)!.ref;
      worker.send(report(ref, 1));
      await until(() => recorder.numbers(ref).length === 1, "the report");
      await world.kill("w1");
      expect(recorder.numbers(ref)).toEqual([1]);
    });

    it("carries blobs both ways by their content", async () => {
      const worker = await world.worker("w1");
      const bytes = new TextEncoder().encode("weights");
      const ref = await worker.blobs.put(bytes);
      expect(new Uint8Array(await coordinator.blobs.get(ref))).toEqual(bytes);
      expect(await coordinator.blobs.put(bytes)).toEqual(ref);
    });
  });
}
