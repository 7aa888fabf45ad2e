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
  const seconds = { coordinator: [] as number[], leaderboard: [] as number[], workers: [] as number[] };
  for (let round = 0; round < rounds; round++) await oneRound(seconds);
  return Object.entries(seconds).map(([who, values]): Row => {
    values.sort((a, b) => a - b);
    const range = `median ${at(values, 0.5)} s, at most ${at(values, 1)} s`;
    return [
      `two of three servers are killed: \`${who}\` says that there is no leader, ${rounds} rounds`,
      range,
      "10 s",
    ];
  });
}

async function oneRound(seconds: Record<"coordinator" | "leaderboard" | "workers", number[]>): Promise<void> {
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
    const passed = (): number => (performance.now() - begun) / 1000;
    const command = async (name: "leaderboard" | "workers"): Promise<void> => {
      for (let stderr = ""; !/has no leader/.test(stderr);)
        ({ stderr } = await runCli([name, "--nats", one!.url], { cwd: folder }));
      seconds[name].push(passed());
    };
    await Promise.all([
      said.then(() => seconds.coordinator.push(passed())),
      command("leaderboard"),
      command("workers"),
    ]);
    await bus.abandon();
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
