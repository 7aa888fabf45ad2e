import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { findNatsServer } from "../../worker/protocol/nats/link/find-server.ts";
import { NatsWire } from "../../worker/protocol/nats/link/nats-wire.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { jetStreamContract } from "../contracts/jetstream.ts";
import { NatsServer } from "../support/nats-server.ts";

const { version } = await findNatsServer();

jetStreamContract("nats-server", async () => {
  const server = await NatsServer.start();
  const wires: NatsWire[] = [];
  return {
    clock: systemClock,
    version,
    connect: async () => {
      const options = { servers: server.url, name: "contract", clock: systemClock, dialMs: 5_000 };
      const wire = await NatsWire.dial(options, server.url, { ...defaultTimings, retryMs: 20 });
      wires.push(wire);
      return wire;
    },
    restart: async () => {
      await server.kill();
      await server.up();
    },
    close: async () => {
      await Promise.all(wires.map(async ({ nc }) => await nc.close()));
      await server.close();
    },
  };
});
