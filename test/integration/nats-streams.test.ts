import { afterAll, beforeAll, expect, it } from "vitest";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { quick } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";

const timings = { ...defaultTimings, ...quick };
let server: NatsServer;

beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(async () => {
  await server.close();
});

it("coordinators that start together in a new lab all find its streams", async () => {
  const connect = async (): Promise<Link> =>
    await Link.connect({ servers: server.url, name: "test" }, timings);
  const links = await Promise.all(Array.from({ length: 12 }, connect));
  for (let round = 0; round < 20; round++) {
    const names = namesFor(`together-${round}`);
    const seen = await Promise.all(
      links.map(async (link) => await ensureStreams(link, names, { count: 1, asked: true })),
    );
    const created = seen.map((streams) => [...streams.values()].map((info) => info.created).join());
    expect(new Set(created).size).toBe(1);
  }
  await Promise.all(links.map(async (link) => await link.close()));
});
