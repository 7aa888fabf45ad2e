import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readBoards } from "../../orchestrator/lab/board.ts";
import type { LabConnection } from "../../orchestrator/lab/connection.ts";
import { checkLab, lookAtLab } from "../../orchestrator/lab/look.ts";
import { pause, systemClock } from "../../worker/protocol/clock.ts";
import {
  AnswersStopped,
  NoLeader,
  ServerSilent,
  ServerUnreachable,
} from "../../worker/protocol/nats/link/server-errors.ts";
import { Life, VirtualTime } from "../faults/simulated/time.ts";
import { NatsServer } from "../support/nats-server.ts";
import { silentWire, type SilentWireOptions } from "../support/silent-wire.ts";

const limitMs = 8_000;
const led = JSON.stringify({ cluster: { leader: "n1" } });
const withoutLeader = JSON.stringify({ cluster: { leader: "" } });

interface Faults extends Partial<SilentWireOptions> {
  /** How long the connection takes to come about; `null`: it never does. */
  readonly dialMs: number | null;
  /** What the look reads. */
  readonly readMs?: number;
}

/** What becomes of a look at such a lab, and when, in a time that jumps to what happens next. */
async function look({ dialMs, readMs = 0, ...faults }: Faults): Promise<{ ending: unknown; ms: number }> {
  const time = new VirtualTime();
  const clock = time.clock(new Life());
  const dial: LabConnection["dial"] = async () => {
    if (dialMs === null) return await new Promise<never>(() => {});
    await pause(clock, dialMs);
    return silentWire({ clock, inCluster: true, ...faults });
  };
  let ended: { ending: unknown; ms: number } | null = null;
  const end = (ending: unknown): void => void (ended = { ending, ms: time.now });
  const read = async (): Promise<string> => {
    await pause(clock, readMs);
    return "read";
  };
  lookAtLab({ servers: "nats://lab:4222", clock, dial }, read).then(end, end);
  for (;;) {
    for (let n = 0; n < 20; n++) await turn(); // promises go on as far as they can
    if (ended !== null) return ended;
    if (!time.step()) throw new Error("the look never ends");
  }
}

describe("a look at a lab says within eight seconds", () => {
  it("that no server takes its connection", async () => {
    const { ending, ms } = await look({ dialMs: null });
    expect(ending).toBeInstanceOf(ServerUnreachable);
    expect(ms).toBeLessThanOrEqual(limitMs);
  });

  it("that a server takes connections and answers nothing, also when the connection took long", async () => {
    const { ending, ms } = await look({ dialMs: 4_000, inCluster: false });
    expect(ending).toBeInstanceOf(ServerSilent);
    expect(ms).toBeLessThanOrEqual(limitMs);
  });

  it("that the cluster has no leader, also when the connection took long", async () => {
    const { ending, ms } = await look({ dialMs: 4_000 });
    expect(ending).toBeInstanceOf(NoLeader);
    expect(ms).toBeLessThanOrEqual(limitMs);
  });

  it("which streams have no leader, also when connection and cluster took long to answer", async () => {
    const { ending, ms } = await look({ dialMs: 4_000, account: async () => ({}), answer: () => null });
    expect(ending).toBeInstanceOf(NoLeader);
    expect(String(ending)).toContain("has no leader for KV_SEQTUNE_STATE: ");
    expect(ms).toBeLessThanOrEqual(limitMs);
  });
});

describe("a look at a lab", () => {
  it("waits for an election that is under way", async () => {
    let looks = 0;
    const answer = (): string => (++looks <= 6 ? withoutLeader : led);
    expect(await look({ dialMs: 10, account: async () => ({}), answer })).toMatchObject({ ending: "read" });
    expect(looks).toBeGreaterThan(6);
  });

  it.for([
    ["reads for most of a minute where the lab is large", 55_000, "read"],
    ["ends after a minute of reading, and says so", 3_600_000, expect.any(AnswersStopped)],
  ] as const)("%s", async ([, readMs, expected]) => {
    const { ending, ms } = await look({
      dialMs: 10,
      inCluster: false,
      account: async () => ({}),
      answer: () => led,
      readMs,
    });
    expect(ending).toEqual(expected);
    expect(ms).toBeLessThanOrEqual(limitMs + 60_000);
  });
});

it("a look at a server that is stopped (SIGSTOP) once it has answered ends, and says that answers stopped", async () => {
  const server = await NatsServer.start();
  try {
    const lab: LabConnection = { servers: server.url };
    await checkLab(lab, { signal: new AbortController().signal, notice: () => {} });
    const looking = lookAtLab(lab, async (link, names) => {
      server.stop();
      // One of its threads must run to stop the others, which on a busy machine go on answering until then.
      const answers = async (): Promise<boolean> =>
        await Promise.race([link.nc.flush().then(() => true), pause(systemClock, 200).then(() => false)]);
      while (await answers());
      return await readBoards(link, names);
    });
    await expect(looking).rejects.toThrow(/^the NATS server at \S+ stopped answering while the lab was read/);
  } finally {
    server.cont();
    await server.close();
  }
});
