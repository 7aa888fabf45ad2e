import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createCoordinatorBus } from "../../worker/protocol/nats/coordinator/create-coordinator-bus.ts";
import { createWorkerBus, type NatsWorkerBus } from "../../worker/protocol/nats/worker/worker-bus.ts";
import { trialBusContract } from "../contracts/trial-bus.ts";
import { NatsServer } from "../support/nats-server.ts";

let server: NatsServer;
let worlds = 0;

beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(async () => {
  await server.close();
});

trialBusContract("NATS", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "seqtune-bus-"));
  const prefix = `contract-${worlds++}`;
  const shared = { servers: server.url, prefix } as const;
  const workers = new Map<string, NatsWorkerBus>();
  const closers: (() => Promise<void>)[] = [];
  return {
    coordinator: async (study) => {
      const bus = await createCoordinatorBus({ ...shared, study, folder: path.join(root, "coordinator") });
      closers.push(() => bus.close());
      return bus;
    },
    worker: async (id) => {
      const bus = await createWorkerBus({ ...shared, id, folder: path.join(root, id), leaveOnDrain: true });
      workers.set(id, bus);
      closers.push(() => bus.close());
      return bus;
    },
    kill: async (id) => await workers.get(id)?.abandon(),
    end: async () => {
      for (const close of closers) await close();
      await rm(root, { recursive: true, force: true, maxRetries: 10 });
    },
  };
});
