/** Orders to workers that were not there when they were given; rows 18 and 19 of the table of faults. */
import { expect, it } from "vitest";
import { runAgent } from "../../../worker/agent.ts";
import type { Order } from "../../../worker/protocol/messages.ts";
import type { NatsWorkerBus } from "../../../worker/protocol/nats/worker/worker-bus.ts";
import type { Finished, Interruption, Trainer } from "../../../worker/training/trainer.ts";
import { lab, server } from "../../support/lab-per-test.ts";
import { assignment, Memory, quick } from "../../support/nats-lab.ts";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { TcpProxy } from "./proxy.ts";

/** A trainer whose trials train nothing and end only when ordered to. */
class Patient implements Trainer {
  readonly told: { readonly trial: number; readonly how: Interruption }[] = [];

  async engine() {
    return { engine: "none", backend: "none", version: "0", device: "none" };
  }

  run: Trainer["run"] = ({ ref }) => {
    let finish: (finished: Finished) => void = () => {};
    const finished = new Promise<Finished>((resolve) => (finish = resolve));
    const interrupt = (how: Interruption): void => {
      this.told.push({ trial: ref.trial, how });
      finish({ end: how === "stop" ? { kind: "stopped" } : { kind: "paused", epoch: 0 } });
    };
    return { finished, interrupt };
  };

  async close(): Promise<void> {}
}

/** Works until `signal` fires. */
async function work(bus: NatsWorkerBus, id: string, trainer: Trainer, signal: AbortSignal): Promise<void> {
  await runAgent({ bus, trainer, info: { id, host: "test", pid: 1, version: "0", labels: {} }, signal });
}

it("a worker that joins after 500 orders knows each before it trains an epoch", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(new Memory());
  const kindOf = (trial: number): Order["kind"] => (trial % 2 === 0 ? "stop" : "pause");
  for (let trial = 0; trial < 500; trial++)
    await coordinator.order(assignment("s1", trial).ref, { kind: kindOf(trial), reason: "not now" });
  const offered = [3, 100, 250, 401, 498];
  const data = await coordinator.blobs.put(new TextEncoder().encode("y\n1\n2\n"));
  for (const trial of offered) await coordinator.offer({ ...assignment("s1", trial), data });

  const joined = performance.now();
  const trainer = new Patient();
  const over = new AbortController();
  const working = work(await lab.worker("late"), "late", trainer, over.signal);
  await until(() => trainer.told.length > 0, "the first order");
  const first = performance.now() - joined;
  await until(() => trainer.told.length >= offered.length, "every order");
  over.abort();
  await working;
  expect(trainer.told).toEqual(offered.map((trial) => ({ trial, how: kindOf(trial) })));
  figure(
    [18],
    "from a worker's start to the order for its first trial, after 500 orders",
    `${Math.round(first)} ms`,
  );
});

it("a stop given while the worker is cut off is obeyed when it is back", async () => {
  const proxy = await TcpProxy.start(server.port);
  try {
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(new Memory());
    const states: string[] = [];
    const bus = await lab.worker("w1", {
      servers: proxy.url,
      timings: { ...quick, pingMs: 150 },
      onState: ({ kind }) => states.push(kind),
    });
    const { ref } = assignment("s1", 0);
    const heard: Order[] = [];
    bus.onOrder(ref, (order) => heard.push(order));
    proxy.freeze();
    await until(() => states.includes("reconnecting"), "the worker to miss the server");
    await coordinator.order(ref, { kind: "stop", reason: "too slow" });
    expect(heard).toEqual([]);
    const back = performance.now();
    proxy.heal();
    await until(() => heard.length > 0, "the order");
    expect(heard).toEqual([{ kind: "stop", reason: "too slow" }]);
    figure(
      [19],
      "a stop given meanwhile, after the network is back",
      `heard ${Math.round(performance.now() - back)} ms later`,
    );
  } finally {
    await proxy.close();
  }
});

it("a stop given while the server is away is obeyed when it is back", async () => {
  const memory = new Memory();
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  const worker = await lab.worker("w1");
  const { ref } = assignment("s1", 0);
  const heard: Order[] = [];
  worker.onOrder(ref, (order) => heard.push(order));
  await server.kill();
  await until(() => memory.connections.includes("lost"), "the loss");
  await coordinator.order(ref, { kind: "stop", reason: "stopped by hand" });
  await server.up();
  await until(() => heard.length > 0, "the order");
  expect(heard).toEqual([{ kind: "stop", reason: "stopped by hand" }]);
});
