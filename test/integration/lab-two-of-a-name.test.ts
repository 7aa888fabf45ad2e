/** Two databases of a lab with a study of the same name. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { boardKey } from "../../orchestrator/lab/board.ts";
import { answerStops } from "../../orchestrator/lab/stop-line.ts";
import { stopOnLab } from "../../orchestrator/lab/stop-on-lab.ts";
import { leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { localTime } from "../../orchestrator/views/numbers.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { commandLineIn } from "../support/command-line.ts";
import { NatsServer } from "../support/nats-server.ts";
import { newStudy } from "../support/study-writes.ts";

const names = namesFor();
const earlier = Date.UTC(2026, 0, 1, 12);
const later = Date.UTC(2026, 0, 2, 12);
let folder: string;
let server: NatsServer;
let link: Link;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-twins-"));
  server = await NatsServer.start();
  link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
  await ensureStreams(link, names, { count: 1, asked: true });
});
afterEach(async () => {
  await link.close();
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A running study of a database and machine of its own, as the lab knows it. */
async function running(key: string, host: string, at: number): Promise<void> {
  const store = openStore(path.join(folder, `${key}.db`));
  try {
    const study = store.createStudy({ ...newStudy({ name: "twin", key }), at });
    store.setStudyState(study.id, "running", null, at);
    const board = leaderboard(store, store.findStudy("twin")!, { driven: true });
    const bucket = await JsonBucket.open(link, names.state);
    await bucket.put(boardKey(key), { version: 1, at: Date.now(), host, leaderboard: board });
  } finally {
    store.close();
  }
}

const stop = (): Promise<string> => stopOnLab({ servers: server.url }, "twin", null);

it("stop asks the one whose coordinator lives, and names both where both do", async () => {
  await running("key-old", "attic", earlier);
  await running("key-new", "cellar", later);
  await expect(stop()).rejects.toThrow(
    "study twin is not running: its coordinator on cellar ended without a message",
  );
  const stopped: string[] = [];
  answerStops(link, names, "key-old", () => `asked ${stopped.push("key-old")}`);
  expect(await stop()).toBe("asked 1; its coordinator on attic answered");

  answerStops(link, names, "key-new", () => `asked ${stopped.push("key-new")}`);
  await expect(stop()).rejects.toThrow(
    "several studies named twin run on this lab; give the key of one: " +
      `key-new on cellar, started ${localTime(later)}; key-old on attic, started ${localTime(earlier)}`,
  );
  expect(await stopOnLab({ servers: server.url }, "key-new", null)).toContain("on cellar answered");
  expect(stopped).toEqual(["key-old", "key-new"]);
});

it("a coordinator of an earlier version, which does not say that it is there, counts as there", async () => {
  await running("key-old", "attic", earlier);
  await running("key-new", "cellar", later);
  link.nc.subscribe(`${names.prefix}.stop.key-old`, {
    callback: (_error, msg) => {
      if (msg.data.length > 0) msg.respond(JSON.stringify({ ok: true, message: "stopping" }));
    },
  });
  expect(await stop()).toBe("stopping; its coordinator on attic answered");
});

it("leaderboard shows the one that changed last, names the other, and advises no command of its own", async () => {
  await running("key-old", "attic", earlier);
  await running("key-new", "cellar", later);
  const { code, out, err } = await commandLineIn(folder)("leaderboard", "twin", "--nats", server.url);
  expect(code).toBe(0);
  expect(err).toBe(
    `note: the lab knows other studies named twin; show one by its key: key-old on attic, running, started ${localTime(earlier)}\n`,
  );
  expect(out).toContain("by cellar");
  expect(out).not.toContain("seqtune stop");
  const byKey = await commandLineIn(folder)("leaderboard", "key-old", "--nats", server.url);
  expect(byKey.out).toContain("by attic");
  expect(byKey.err).toBe("");
});
