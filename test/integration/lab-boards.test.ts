import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../worker/protocol/clock.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { readBoards, removeOldBoards } from "../../orchestrator/lab/board.ts";
import { BoardPublisher } from "../../orchestrator/lab/board-publisher.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { bucketStream, namesFor } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { NatsServer } from "../support/nats-server.ts";
import { newStudy } from "../support/study-writes.ts";
import { until } from "../support/until.ts";

const names = namesFor();
let folder: string;
let server: NatsServer;
let link: Link;
let store: StudyStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-boards-"));
  server = await NatsServer.start();
  link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
  await ensureStreams(link, names, { count: 1, asked: true });
  store = openStore(path.join(folder, "study.db"));
});
afterEach(async () => {
  store.close();
  await link.close();
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A study's coordinator comes, tells its board and goes. */
async function tell(name: string): Promise<void> {
  const study = store.createStudy(newStudy({ name }));
  const deps = { study, store, events: new StudyEvents(), clock: systemClock };
  await new BoardPublisher(link, names, deps, 60_000).stop();
}

const known = async (): Promise<string[]> =>
  (await readBoards(link, names)).map(({ leaderboard }) => leaderboard.study);

it("boards of studies that were silent for long by the server's clock are removed, and nothing else in the bucket", async () => {
  await tell("old");
  expect(await known()).toEqual(["old"]);
  const bucket = await JsonBucket.open(link, names.state);
  const { state } = await link.jsm.streams.info(bucketStream(names.state));
  await until(async () => {
    await bucket.put("lock.other", {}); // a coordinator lives, and with it the server's clock is known
    const now = (await link.jsm.streams.info(bucketStream(names.state))).state.last_ts;
    return Date.parse(now) - Date.parse(state.last_ts) > 500;
  }, "half a second of the server");
  await tell("new"); // what is written last is of now, however long ago that is
  await removeOldBoards(link, names, 500);
  expect(await known()).toEqual(["new"]);
  expect(await bucket.get("lock.other")).not.toBeNull();
});
