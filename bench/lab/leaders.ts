import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCli } from "../../test/support/cli.ts";
import { NatsCluster } from "../../test/support/nats-cluster.ts";
import { createCoordinatorBus } from "../../worker/protocol/nats/coordinator/create-coordinator-bus.ts";
import { NoLeader } from "../../worker/protocol/nats/link/server-errors.ts";
import { at, type Row } from "./table.ts";

const rounds = 3;

/**
 * Three servers on this machine, two of which are killed: when do those who use the third say that there is no leader? The
 * commands are started in that moment, as processes of their own, and again while they get an answer.
 */
export async function leaders(): Promise<Row[]> {
  const seconds: Seconds = new Map();
  for (let round = 0; round < rounds; round++) await oneRound(seconds);
  return [...seconds].map(([what, values]): Row => {
    values.sort((a, b) => a - b);
    const range = `median ${at(values, 0.5)} s, at most ${at(values, 1)} s`;
    return [
      `two of three servers are killed: ${what} says that there is no leader, ${rounds} rounds`,
      range,
      "10 s",
    ];
  });
}

/** What was measured in each round. */
type Seconds = Map<string, number[]>;

async function oneRound(seconds: Seconds): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-leaders-"));
  const cluster = await NatsCluster.start();
  try {
    let says = (): void => {};
    const said = new Promise<void>((resolve) => (says = resolve));
    const bus = await createCoordinatorBus({
      servers: cluster.url,
      study: "bench",
      folder,
      onProblem: (problem) => {
        if (problem instanceof NoLeader) says();
      },
    });
    await bus.open({ commit: () => {}, worker: () => {} });
    await sleep(3_000); // the streams have all their copies
    const [one, ...others] = cluster.servers;
    await Promise.all(others.map(async (server) => await server.kill()));
    const begun = performance.now();
    const took = (what: string, since = begun): void => {
      seconds.set(what, [...(seconds.get(what) ?? []), (performance.now() - since) / 1000]);
    };
    const command = async (name: "leaderboard" | "workers"): Promise<void> => {
      let started = begun;
      for (let stderr = ""; !/has no leader/.test(stderr);) {
        started = performance.now();
        ({ stderr } = await runCli([name, "--nats", one!.url], { cwd: folder }));
      }
      took(`\`${name}\``);
      took(`\`${name}\`, from the start of its process,`, started);
    };
    await Promise.all([said.then(() => took("coordinator")), command("leaderboard"), command("workers")]);
    await bus.abandon();
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
