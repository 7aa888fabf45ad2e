import { setImmediate as turn } from "node:timers/promises";
import { rngFor } from "../../../../search/random.ts";
import { jetStreamContract } from "../../../contracts/jetstream.ts";
import { Life, VirtualTime } from "../time.ts";
import { SimulatedJetStream } from "./server.ts";
import { SimulatedWire } from "./wire.ts";

jetStreamContract("the simulated lab", async () => {
  const time = new VirtualTime();
  const life = new Life();
  const rng = rngFor(1, "contract");
  const server = new SimulatedJetStream(time, rng);
  const wires: SimulatedWire[] = [];
  const over = new AbortController();
  const running = (async () => {
    while (!over.signal.aborted) {
      await turn();
      time.step();
    }
  })();
  return {
    clock: time.clock(life),
    version: "2.9.10",
    connect: async () => {
      const wire = await SimulatedWire.dial({ server, time, rng, life, requestMs: 5_000, retryMs: 20 });
      wires.push(wire);
      return wire;
    },
    restart: async () => {
      server.kill();
      await new Promise<void>((resolve) => time.after(100, life, resolve));
      server.up();
    },
    close: async () => {
      over.abort();
      await running;
    },
  };
});
