import { afterEach, beforeEach } from "vitest";
import { Lab } from "./nats-lab.ts";
import { NatsServer } from "./nats-server.ts";

/** To a file that imports them: a server and a lab on it for every test, closed after it. */
export let server: NatsServer;
export let lab: Lab;

beforeEach(async () => {
  server = await NatsServer.start();
  lab = await Lab.create(server);
});
afterEach(async () => {
  await lab.end();
  await server.close();
});
