import type { Rng } from "../../../search/random.ts";
import { namesFor } from "../../../worker/protocol/nats/server/names.ts";
import type { SimulatedLab } from "./lab.ts";
import type { Life } from "./time.ts";

const names = namesFor();

/** The server dies, and perhaps forgets; its disk is full, and it says so or falls silent. Returns how many died: 0 or 1. */
export function serverFault({ server, time }: SimulatedLab, rng: Rng, ever: Life): number {
  const chance = rng.next();
  const ms = 4_000 * rng.next();
  if (!server.isUp) return 0;
  if (chance < 0.7) {
    server.kill();
    if (chance < 0.1) server.wipe();
    else if (chance < 0.2) server.tear();
    time.after(ms, ever, () => server.up());
    return 1;
  }
  if (chance < 0.8) {
    server.isSilent = true;
    time.after(ms, ever, () => {
      if (!server.isSilent) return;
      server.kill(); // it does not end when it is asked to
      server.up();
    });
  } else if (chance < 0.9) {
    server.isFull = true;
    time.after(ms, ever, () => (server.isFull = false));
  } else {
    server.streams.limit(names.reports, server.streams.bytesOf(names.reports) + rng.int(2_000));
    time.after(ms, ever, () => server.streams.limit(names.reports, null));
  }
  return 0;
}
