import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { StudyEvents } from "../../orchestrator/events.ts";
import { BoardPublisher } from "../../orchestrator/lab/board-publisher.ts";
import { writeNatsConfig } from "../../orchestrator/nats-config/write.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { parseCredentials, type Credentials } from "../../worker/protocol/nats/link/credentials.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { json, start } from "../support/dashboard-per-test.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { NatsServer } from "../support/nats-server.ts";
import { newStudy, wholeTrial } from "../support/study-writes.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function credentials(name: string): Promise<Credentials> {
  return parseCredentials(await readFile(path.join(folder, "lab", `${name}.creds`), "utf8"))!;
}

it("a viewer of a lab sees in the dashboard what is published", async () => {
  const server = await NatsServer.start({
    configure: async (port) => {
      const out = path.join(folder, "lab");
      await writeNatsConfig({ out, listen: `0.0.0.0:${port}`, hosts: ["127.0.0.1"], workers: ["worker"] });
      return path.join(out, "nats.conf");
    },
  });
  closing.push(async () => await server.close());
  const options = { servers: server.url, name: "test", ...(await credentials("coordinator")) };
  const link = await Link.connect(options, defaultTimings);
  closing.push(async () => await link.close());
  await ensureStreams(link, namesFor(), { count: 1, asked: true });
  const store = openStore(db);
  const study = store.createStudy(newStudy({ name: "guarded" }));
  store.record(study.id, wholeTrial(0, [0.5, 0.4]), "process");
  const published = { study, store, events: new StudyEvents(), clock: systemClock };
  await new BoardPublisher(link, namesFor(), published, 60_000).stop();
  store.close();
  const address = await start({ db: { servers: server.url, ...(await credentials("viewer")) } });
  expect(await json(address, "/api/studies")).toMatchObject([{ name: "guarded", best: 0.4 }]);
  expect(await json(address, `/api/studies/${study.key}`)).toMatchObject({
    head: { name: "guarded" },
    status: { driven: true },
  });
});
