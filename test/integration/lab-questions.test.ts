import { beforeEach, expect, it } from "vitest";
import type { Answers } from "../../orchestrator/questions/ask.ts";
import { labWorkers } from "../../orchestrator/questions/lab-workers.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { assignment } from "../support/assignment.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { memoryBlobs } from "../support/memory-blobs.ts";
import { quick } from "../support/nats-lab.ts";
import { startScript, type Script } from "../support/script.ts";

const workerProcess = new URL("../faults/nats/worker-process.ts", import.meta.url);
const leaseMs = 600;

const home = memoryBlobs();
let data: BlobRef;

beforeEach(async () => {
  data = await home.put(new TextEncoder().encode("y\n1\n2\n"));
});

/** A training of three epochs, which belongs to no study. */
async function ask(): Promise<Answers> {
  const workers = labWorkers({
    lab: { servers: server.url, timings: quick, leaseMs },
    terms: undefined,
    home,
    clock: systemClock,
    notice: () => {},
  });
  return await workers([{ ...assignment("nobody's", 0), data }], new AbortController().signal);
}

function work(id: string, ...more: readonly string[]): Script {
  const folder = `--folder=${lab.folder(id)}`;
  return startScript(workerProcess, [`--id=${id}`, folder, `--server=${server.url}`, ...more]);
}

it("a question whose worker is killed in the middle of it is answered by another worker", async () => {
  const asked = ask();
  const victim = work("w1", "--dies-in=0");
  expect((await victim.ended).how).toBe("SIGKILL");
  const other = work("w2");
  try {
    const [answer] = await asked;
    expect(answer!.map(({ kind }) => kind)).toEqual(["started", "report", "report", "report", "ended"]);
    expect(new Set(answer!.map(({ worker }) => worker))).toEqual(new Set(["w2"]));
    expect(answer![0]!.ref.attempt).toBeGreaterThan(1);
  } finally {
    other.kill("SIGKILL");
    await other.ended;
  }
});
