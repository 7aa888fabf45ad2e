/** Workers that come back when their study is over and nobody listens to them any more. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { assignment, ended, Lab, Memory, report, started } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";

let server: NatsServer;
let lab: Lab;

beforeEach(async () => {
  server = await NatsServer.start();
  lab = await Lab.create(server);
});
afterEach(async () => {
  await lab.end();
  await server.close();
});

const soon = (): AbortSignal => AbortSignal.timeout(15_000);

it("a worker that was lost keeps nothing of a study that ended without it", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(new Memory());
  const worker = await lab.worker("w1");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  await server.kill();
  worker.send(started(ref, "w1"));
  worker.send(report(ref, 1));
  await worker.abandon();

  await server.up();
  await coordinator.dismiss([ref]);
  await coordinator.close();

  const back = await lab.worker("w1");
  const over = soon();
  await back.flush(over);
  expect(over.aborted).toBe(false);
  await back.close();
  expect(await readdir(path.join(lab.folder("w1"), "spool"))).toEqual([]);
});

it("a worker that was dismissed while it trained is let go of its last words, too", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(new Memory());
  const worker = await lab.worker("w1");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  worker.send(started(ref, "w1"));
  await worker.flush(soon());
  await coordinator.dismiss([ref]);
  await coordinator.close();

  worker.send(report(ref, 1));
  worker.send(ended(ref, 2));
  const over = soon();
  await worker.flush(over);
  expect(over.aborted).toBe(false);
  await worker.close();
  expect(await readdir(path.join(lab.folder("w1"), "spool"))).toEqual([]);
});
