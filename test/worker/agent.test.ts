import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runAgent, type AgentOptions } from "../../worker/agent.ts";
import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { LocalWorkerBus } from "../../worker/protocol/local/worker-end.ts";
import type { AttemptEnd, WorkerMessage } from "../../worker/protocol/messages.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import type { Progress, Trainer } from "../../worker/training/trainer.ts";
import { assignment } from "../support/assignment.ts";
import { channelPair } from "../support/channel-pair.ts";
import { until } from "../support/until.ts";

let folder: string;
let data: BlobRef;
let coordinator: LocalCoordinatorBus;
let messages: WorkerMessage[];
let stop: AbortController;
let agents: Promise<void>[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-agent-"));
  const home = fileBlobs(path.join(folder, "home"));
  data = await home.put(new TextEncoder().encode("y\n1\n2\n"));
  coordinator = new LocalCoordinatorBus(home);
  messages = [];
  await coordinator.open({ commit: (batch) => messages.push(...batch), worker: () => {} });
  stop = new AbortController();
  agents = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.all(agents);
  await coordinator.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A trainer that trains nothing, but tells `news`. */
function trainer(news: readonly Progress[] = []): Trainer {
  return {
    engine: async () => ({ engine: "none", backend: "none", version: "0", device: "none" }),
    run: (_assignment, _material, onProgress) => {
      for (const one of news) onProgress(one);
      return { finished: Promise.resolve({ end: { kind: "complete" } }), interrupt: () => {} };
    },
    close: async () => {},
  };
}

function work(blobs: BlobStore, more: Partial<AgentOptions> = {}): void {
  const [theirs, mine] = channelPair();
  const id = `w${agents.length}`;
  coordinator.connect(id, theirs);
  const bus = new LocalWorkerBus(mine, blobs, 1_000);
  const info = { id, host: "here", pid: 1, version: "0", labels: {} };
  agents.push(
    runAgent({ bus, trainer: trainer(), info, signal: stop.signal, ...more }).then(() => bus.close()),
  );
}

/** A clock by which no wait takes long. */
const hasty: Clock = { ...systemClock, after: (_ms, callback) => systemClock.after(0, callback) };

function trial(number: number, more: Partial<Extract<Assignment, { kind: "trial" }>> = {}): Assignment {
  return { ...assignment("s1", number), data, ...more };
}

function ends(): AttemptEnd[] {
  return messages.flatMap((message) => (message.kind === "ended" ? [message.end] : []));
}

/** The end of one attempt more. */
async function endOf(offered: Assignment): Promise<AttemptEnd> {
  const before = ends().length;
  await coordinator.offer(offered);
  await until(() => ends().length > before, "the attempt to end", 30_000);
  return ends().at(-1)!;
}

describe("files that are not available", () => {
  it("a missing data file is a failure of the data, a missing checkpoint is not", async () => {
    work(coordinator.blobs, { clock: hasty });
    const nowhere = { sha256: "0".repeat(64), bytes: 7 };
    expect(await endOf(trial(0, { data: nowhere }))).toMatchObject({ kind: "failed", failure: "bad_data" });
    const from = { epoch: 2, checkpoint: nowhere };
    expect(await endOf(trial(1, { from }))).toMatchObject({ kind: "failed", failure: "error" });
    expect(await endOf(trial(2))).toEqual({ kind: "complete" });
  });

  it("a data file that the server has lost is waited for: its coordinator stores it again", async () => {
    const bytes = new TextEncoder().encode("y\n3\n4\n");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    let looks = 0;
    const after: Clock["after"] = (_ms, callback) => {
      looks += 1;
      const store = async (): Promise<void> => {
        if (looks === 3) await coordinator.blobs.put(bytes);
        callback();
      };
      void store();
      return () => {};
    };
    work(coordinator.blobs, { clock: { ...systemClock, after } });
    expect(await endOf(trial(0, { data: { sha256, bytes: bytes.length } }))).toEqual({ kind: "complete" });
    expect(looks).toBe(3);
  });

  it("a machine that cannot read its files blames itself, and takes trials ever more rarely until it can", async () => {
    const broken = path.join(folder, "broken");
    writeFileSync(broken, "not a folder");
    const waits: number[] = [];
    const told: string[] = [];
    let goOn = (): void => {};
    work(fileBlobs(broken), {
      onProblem: ({ message }) => told.push(message),
      clock: {
        ...systemClock,
        after: (ms, callback) => {
          waits.push(ms);
          goOn = callback;
          return () => {};
        },
      },
    });
    for (let number = 0; number < 9; number++) {
      const end = await endOf(trial(number));
      expect(end).toMatchObject({ kind: "failed", failure: "error" });
      expect(end).toHaveProperty("message", expect.stringMatching(/this worker could not fetch .*ENOTDIR/));
      await until(() => waits.length > number, "the wait", 30_000);
      goOn();
    }
    expect(waits.map((ms) => ms / 1000)).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    expect(told[0]).toBe("cannot download trial files; pausing this worker for 30 s");

    await rm(broken);
    await fileBlobs(broken).put(new TextEncoder().encode("y\n1\n2\n"));
    expect(await endOf(trial(9))).toEqual({ kind: "complete" });
    expect(waits).toHaveLength(9);
  });

  it("while it waits, a sound machine beside it gets the trials", async () => {
    const broken = path.join(folder, "broken");
    writeFileSync(broken, "not a folder");
    work(fileBlobs(broken), { clock: { ...systemClock, after: () => () => {} } });
    expect(await endOf(trial(0))).toMatchObject({ kind: "failed", failure: "error" });
    work(coordinator.blobs);
    for (let number = 1; number < 8; number++)
      expect(await endOf(trial(number))).toEqual({ kind: "complete" });
  });

  it("a worker that is asked to end while it fetches hands the trial back from where it began", async () => {
    let fetching = false;
    const slow: BlobStore = {
      ...fileBlobs(folder),
      get: async (_ref, signal) => {
        fetching = true;
        return await new Promise<never>((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        });
      },
    };
    work(slow);
    const ended = endOf(trial(0, { from: { epoch: 4, checkpoint: data } }));
    await until(() => fetching, "the fetch", 30_000);
    stop.abort();
    expect(await ended).toEqual({ kind: "handed_back", epoch: 4 });
  });
});

describe("files that are stored", () => {
  it("of checkpoints that wait for a server only the newest is kept", async () => {
    const store = fileBlobs(path.join(folder, "home"));
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const blobs: BlobStore = {
      ...store,
      put: async (bytes) => {
        await gate; // the server is away
        return await store.put(bytes);
      },
    };
    const checkpoints = Array.from({ length: 100 }, (_, index): Progress => {
      const epoch = index + 1;
      return { kind: "checkpoint", epoch, bytes: new TextEncoder().encode(`epoch ${epoch}`) };
    });
    work(blobs, { trainer: trainer(checkpoints) });
    const ended = endOf(trial(0));
    await until(() => messages.some(({ kind }) => kind === "started"), "the start", 30_000);
    open();
    expect(await ended).toEqual({ kind: "complete" });
    expect(messages.map((message) => (message.kind === "checkpoint" ? message.epoch : message.kind))).toEqual(
      ["started", 100, "ended"],
    );
  });

  it("a file that cannot be stored is reported, and the trial counts", async () => {
    const told: string[] = [];
    const put = async (): Promise<never> => {
      throw new Error("no room");
    };
    const news: Progress = { kind: "checkpoint", epoch: 1, bytes: new Uint8Array(3) };
    work(
      { ...coordinator.blobs, put },
      { trainer: trainer([news]), onProblem: ({ message }) => told.push(message) },
    );
    expect(await endOf(trial(0))).toEqual({ kind: "complete" });
    expect(told).toEqual(["a file of the trial could not be stored and is left out: no room"]);
  });
});
