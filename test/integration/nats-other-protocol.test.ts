/** Workers that speak another version of the protocol, beside others and alone. */
import { expect, it } from "vitest";
import { listWorkers } from "../../orchestrator/lab/list-workers.ts";
import { protocolVersion } from "../../worker/protocol/assignment.ts";
import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { keySubject, namesFor, workerKey } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { workerRow, type SlotRow } from "../../orchestrator/views/workers.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { Memory } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

const names = namesFor();

/** Heartbeats as any version of seqtune, or a stranger, may send them. */
async function speaker(): Promise<{ say: (id: string, value: object) => void; link: Link }> {
  const link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
  const say = (id: string, value: object): void =>
    link.nc.publish(keySubject(names.workers, workerKey(id)), JSON.stringify({ id, ...value }));
  return { say, link };
}

const info: Omit<WorkerInfo, "id"> = { host: "gpu-box", pid: 7, version: "0.1.0", labels: {} };
const other = protocolVersion + 1;

it("workers of another protocol are named once per machine and get no work; a heartbeat without a version is of version 1", async () => {
  const memory = new Memory();
  const { say, link } = await speaker();
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  say("new-1", { ...info, protocol: other });
  say("new-2", { ...info, protocol: other });
  say("new-3", { host: "far", protocol: other, everything: "else is different" });
  say("ours", { ...info, protocol: protocolVersion });
  say("oldest", { ...info, host: "attic" });
  await until(() => memory.changes.length > 0, "the worker of this version");
  await until(() => lab.problems.length > 2, "the others to be reported");
  say("new-1", { ...info, protocol: other });
  say("ours", { ...info, protocol: protocolVersion });
  await until(() => memory.changes.length > 1, "its next heartbeat");
  expect(new Set(memory.changes.map((change) => change.kind === "seen" && change.worker.id))).toEqual(
    new Set(["ours"]),
  );
  expect(lab.problems.map(({ message }) => message)).toEqual([
    `worker new-1 on gpu-box speaks protocol ${other}, this is ${protocolVersion}: it gets no trials; install the same seqtune there`,
    `worker new-3 on far speaks protocol ${other}, this is ${protocolVersion}: it gets no trials; install the same seqtune there`,
    `worker oldest on attic speaks protocol 1, this is ${protocolVersion}: it gets no trials; install the same seqtune there`,
  ]);

  let rows: SlotRow[] = [];
  await until(async () => {
    rows = ((await listWorkers(link, names)) ?? []).map((worker) => workerRow(worker, new Map()));
    return rows.length === 5;
  }, "all to be listed");
  expect(rows.map(({ worker, protocol, compatible }) => [worker, protocol, compatible])).toEqual([
    ["oldest", 1, false],
    ["new-3", other, false],
    ["new-1", other, false],
    ["new-2", other, false],
    ["ours", protocolVersion, true],
  ]);
  await link.close();
});

it("a worker of another protocol that takes a worker's place ends it", async () => {
  const memory = new Memory();
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  const { say, link } = await speaker();
  say("w1", { ...info, protocol: protocolVersion });
  await until(() => memory.changes.at(-1)?.kind === "seen", "the worker");
  say("w1", { ...info, pid: 8, protocol: other });
  await until(() => memory.changes.at(-1)?.kind === "gone", "its end");
  await link.close();
});

it("a worker says which protocol it speaks", async () => {
  const memory = new Memory();
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  const worker = await lab.worker("w1");
  worker.announce({ id: "w1", ...info });
  await until(() => memory.changes.length > 0, "the worker");
  expect(memory.changes[0]).toMatchObject({ kind: "seen", worker: { protocol: protocolVersion } });
});
