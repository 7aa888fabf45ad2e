/** Studies end when asked to, whatever is away at that moment. */
import { describe, expect, it } from "vitest";
import { StudyEvents } from "../../orchestrator/events.ts";
import type { Ending } from "../../orchestrator/coordinator/ending.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { TcpProxy } from "../faults/nats/proxy.ts";
import { db } from "../support/folder-per-test.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { quick } from "../support/nats-lab.ts";
import { runScripted } from "../support/scripted-study.ts";
import { driveSimulated, simulateWorkers } from "../support/simulated-lab.ts";
import { until } from "../support/until.ts";

const study = { name: "s", trials: 4, epochs: 50 };

/** Runs a study behind a network that freezes when this is called; then it is interrupted, and once more. */
async function interruptedWhen(moment: RegExp, twice: boolean): Promise<Ending> {
  const proxy = await TcpProxy.start(server.port);
  const [finish, now] = [new AbortController(), new AbortController()];
  const events = new StudyEvents();
  let frozen = false;
  events.on((event) => {
    if (event.kind !== "notice" || !moment.test(event.message)) return;
    proxy.freeze();
    frozen = true;
  });
  const interrupts = { finish: finish.signal, now: now.signal };
  try {
    const ending = driveSimulated(
      db,
      { servers: proxy.url, timings: quick },
      { ...study, events, interrupts },
    );
    await until(() => frozen, "the moment");
    finish.abort();
    if (twice) now.abort();
    return await ending;
  } finally {
    await proxy.close();
  }
}

describe("a lab whose server does not answer", () => {
  it("is left at the first interrupt while the data is sent", async () => {
    expect(await interruptedWhen(/^sending the data/, false)).toMatchObject({ state: "interrupted" });
    const store = openStore(db, { readonly: true });
    expect(store.findStudy("s")?.state).toBe("interrupted");
    store.close();
  });

  it("is left at the second interrupt while the study runs", async () => {
    expect(await interruptedWhen(/^no worker yet/, true)).toMatchObject({ state: "interrupted" });
  });

  it("does not keep a study that is stopped meanwhile from ending when it is back, though no worker is", async () => {
    const events = new StudyEvents();
    const seen: string[] = [];
    events.on((event) => seen.push(event.kind === "notice" ? event.message : event.kind));
    const there = { servers: server.url, timings: quick, leaseMs: 60_000 };
    const leaving = new AbortController();
    const folder = lab.folder("machine");
    const workers = simulateWorkers(there, 1, { folder, epochMs: 100, signal: leaving.signal });
    const ending = driveSimulated(db, there, { ...study, events });
    await until(() => seen.includes("report"), "a trial under way");
    leaving.abort();
    await workers; // its trial is offered again, with no worker there
    await until(() => seen.includes("attempt_ended"), "the trial to be handed back");
    await server.kill();
    await until(() => seen.some((words) => words.includes("does not answer")), "the loss");
    const store = openStore(db);
    store.requestStop(store.findStudy("s")!.id, null, Date.now());
    await until(() => seen.includes("ordered"), "the stop");
    await server.up();
    expect(await ending).toMatchObject({ state: "stopped" });
    const states = store.trials(store.findStudy("s")!.id).map(({ state }) => state);
    store.close();
    expect(new Set(states)).toEqual(new Set(["cancelled"]));
  });
});

it("a study whose time is over does not wait for what it wanted to measure before its next trial", async () => {
  const prepare = async (_: unknown, over: AbortSignal): Promise<void> => {
    await new Promise((resolve) => over.addEventListener("abort", resolve));
  };
  const plan = { prepare, budget: { trials: 2, epochs: 1, wallTimeMs: 300 } };
  expect(await runScripted(db, { trials: 2, plan })).toEqual({
    state: "complete",
    reason: "wall-time budget exhausted",
  });
});

describe("a search with a fault of its own", () => {
  const fault = (): never => {
    throw new Error("no such key");
  };

  it("ends the study as failed when the sampler fails", async () => {
    const plan = { sampler: { name: "faulty", suggest: fault } };
    expect(await runScripted(db, { trials: 2, plan })).toEqual({
      state: "failed",
      reason: "the search failed: no such key",
    });
  });

  it("ends the study as failed when the pruner fails, and keeps what was reported", async () => {
    const pruner = { name: "faulty", judge: fault };
    const ending = await runScripted(db, { trials: 2, workers: 1, pruner });
    expect(ending).toEqual({ state: "failed", reason: "the search failed: no such key" });
    const store = openStore(db, { readonly: true });
    expect(store.curve(store.findStudy("scripted")!.id, 0).length).toBeGreaterThan(0);
    store.close();
  });
});
