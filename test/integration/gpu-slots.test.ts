import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { superviseWorkers } from "../../orchestrator/lab/supervisor.ts";
import { until } from "../support/until.ts";
import { removeFolder } from "../support/remove-folder.ts";

const entry = fileURLToPath(new URL("../support/slot-standin.ts", import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-supervisor-"));
});
afterEach(async () => {
  await removeFolder(folder);
});

/** What the processes of a worker's slots say they see, in the order of the slots. */
async function seenBy(slots: number, gpus: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const finish = new AbortController();
  const over = superviseWorkers(
    {
      connection: { servers: "nats://127.0.0.1:4222" },
      slots,
      gpus,
      labels: {},
      engine: "auto",
      cache: folder,
      leaveOnDrain: false,
      say: (line) => lines.push(line),
      entry,
    },
    { finish: finish.signal, now: new AbortController().signal },
  );
  await until(() => lines.length >= slots, "every slot to say what it sees");
  finish.abort();
  await over;
  return lines.toSorted();
}

it("deals the GPUs out to the slots, and each process sees its own and no other", async () => {
  const sees = (gpu: string): string =>
    `tells gpu ${gpu} CUDA_VISIBLE_DEVICES=${gpu} CUDA_DEVICE_ORDER=PCI_BUS_ID TF_FORCE_GPU_ALLOW_GROWTH=true`;
  expect(await seenBy(3, ["0", "GPU-8f1c"])).toEqual([
    `slot 1: ${sees("0")}`,
    `slot 2: ${sees("GPU-8f1c")}`,
    `slot 3: ${sees("0")}`,
  ]);
});

it("a worker leaves a process what its surroundings say where no GPUs are given, as Slurm does", async () => {
  process.env["CUDA_VISIBLE_DEVICES"] = "5";
  try {
    expect(await seenBy(1, [])).toEqual([
      "tells gpu none CUDA_VISIBLE_DEVICES=5 CUDA_DEVICE_ORDER= TF_FORCE_GPU_ALLOW_GROWTH=",
    ]);
  } finally {
    delete process.env["CUDA_VISIBLE_DEVICES"];
  }
});
