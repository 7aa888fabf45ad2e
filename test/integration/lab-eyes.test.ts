/** The dashboard and `watch` on a lab: what its coordinators publish, from a machine that has no database. */
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StudyEvents } from "../../orchestrator/events.ts";
import { BoardPublisher } from "../../orchestrator/lab/board-publisher.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { runCli } from "../support/cli.ts";
import { json, listen, start } from "../support/dashboard-per-test.ts";
import { folder } from "../support/folder-per-test.ts";
import { send } from "../support/http.ts";
import { NatsServer } from "../support/nats-server.ts";
import { newStudy, wholeTrial } from "../support/study-writes.ts";
import { until } from "../support/until.ts";

const names = namesFor();
let server: NatsServer;
let link: Link;
let store: StudyStore;

beforeEach(async () => {
  server = await NatsServer.start();
  link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
  await ensureStreams(link, names, { count: 1, asked: true });
  store = openStore(path.join(folder, "coordinator.db"));
  store.createStudy(newStudy({ name: "far" }));
  record(0, 0.4);
  await publish();
});
afterEach(async () => {
  store.close();
  await link.close();
  await server.close();
});

function record(trial: number, value: number): void {
  store.record(store.findStudy("far")!.id, wholeTrial(trial, [0.5, value]), "process");
}

/** As the study's coordinator does. */
async function publish(): Promise<void> {
  const study = store.findStudy("far")!;
  await new BoardPublisher(
    link,
    names,
    { study, store, events: new StudyEvents(), clock: systemClock },
    60_000,
  ).stop();
}

test("the dashboard shows a lab's studies, and a new trial when it is published", async () => {
  const address = await start({ db: { servers: server.url } });
  expect(await json(address, "/api/studies")).toMatchObject([{ name: "far", best: 0.4, driven: true }]);
  const snapshot = (await json(address, "/api/studies/far-k3y")) as { place: string };
  expect(snapshot).toMatchObject({
    head: { name: "far", metric: "val_mse" },
    status: { counts: { complete: 1 }, note: expect.stringContaining("the best 1 of 1 trials") },
    trials: [expect.arrayContaining(["complete", 0.4, { lr: 0.01, units: [8, 4] }])],
  });
  const reader = listen(address, `/api/studies/far-k3y/live?after=${snapshot.place}`);
  record(1, 0.3);
  await publish();
  await until(
    () => JSON.stringify(reader.events.at(-1)?.data ?? "").includes('[1,"complete",0.3'),
    "the trial that was published",
  );
  expect(await json(address, "/api/studies/far/leaderboard")).toMatchObject({ trials: [{ number: 1 }, {}] });
  expect(await json(address, "/api/studies/far-k3y/trials/1")).toMatchObject({ value: 0.3, curve: [] });
  expect((await send(address, "/api/studies/none")).status).toBe(404);
  const importance = await send(address, "/api/studies/far-k3y/importance");
  expect([importance.status, importance.text]).toEqual([
    404,
    expect.stringContaining("which has the database"),
  ]);
});

test("watch prints a lab's study, and says what is not there", async () => {
  const lab = ["--nats", server.url, "--allow-open-server"];
  const seen = await runCli(["watch", "far", "--once", ...lab], { cwd: folder });
  expect([seen.stderr, seen.code]).toEqual(["", 0]);
  expect(seen.stdout).toContain("0.4000");
  const none = await runCli(["watch", "near", "--once", ...lab], { cwd: folder });
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('no study "near"')]);
});
