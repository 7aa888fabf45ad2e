import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { fileBlobs } from "../../../worker/protocol/local/file-blobs.ts";
import { LocalCoordinatorBus } from "../../../worker/protocol/local/coordinator-end.ts";
import { LocalWorkerBus } from "../../../worker/protocol/local/worker-end.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { trialBusContract } from "../../contracts/trial-bus.ts";
import { assignment } from "../../support/assignment.ts";
import { channelPair } from "../../support/channel-pair.ts";
import { until } from "../../support/until.ts";

trialBusContract("local", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-bus-"));
  const blobs = fileBlobs(folder);
  const bus = new LocalCoordinatorBus(blobs);
  return {
    coordinator: async () => bus,
    worker: async (id) => {
      const [coordinatorSide, workerSide] = channelPair();
      bus.connect(id, coordinatorSide);
      return new LocalWorkerBus(workerSide, blobs, 50);
    },
    kill: async (id) => bus.disconnect(id, "killed"),
    end: async () => {
      await bus.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
});

it("the coordinator's end of the local bus acknowledges an end when it is durable, and commits it again while it is not", async () => {
  const { ref } = assignment("s1", 0);
  const ended: WorkerMessage = { kind: "ended", ref, n: 1, worker: "w1", end: { kind: "complete" } };
  let isFull = true;
  let asked = 0;
  const bus = new LocalCoordinatorBus(fileBlobs("."), {
    durable: async () => {
      asked += 1;
      if (isFull) throw new Error("no room on the disk");
    },
  });
  const commits: WorkerMessage["n"][] = [];
  await bus.open({ commit: (batch) => commits.push(...batch.map(({ n }) => n)), worker: () => {} });
  const [theirs, mine] = channelPair();
  bus.connect("w1", theirs);
  const worker = new LocalWorkerBus(mine, fileBlobs("."), 60_000);
  let isAcknowledged = false;
  worker.send(ended);
  const flushed = worker.flush(new AbortController().signal).then(() => (isAcknowledged = true));
  await until(() => asked === 2, "a second try");
  expect({ isAcknowledged, commits }).toEqual({ isAcknowledged: false, commits: [1, 1] });
  isFull = false;
  await flushed;
  expect(commits).toEqual([1, 1, 1]);
  await worker.close();
  await bus.close();
});
