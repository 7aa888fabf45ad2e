import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileBlobs } from "../../../worker/protocol/local/file-blobs.ts";
import { LocalCoordinatorBus } from "../../../worker/protocol/local/coordinator-end.ts";
import { LocalWorkerBus } from "../../../worker/protocol/local/worker-end.ts";
import { trialBusContract } from "../../contracts/trial-bus.ts";
import { channelPair } from "../../support/channel-pair.ts";

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
