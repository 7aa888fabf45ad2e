/** A coordinator goes on with a study of ten thousand trials; row 2 of the table of faults. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { NatsServer } from "../../support/nats-server.ts";
import { startScript } from "../../support/script.ts";
import { newStudy, wholeTrial } from "../../support/study-writes.ts";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";

/** SEQTUNE_FAULT_SEEDS makes it long. */
const trials = process.env["SEQTUNE_FAULT_SEEDS"] === undefined ? 1_000 : 10_000;
const curve = Array.from({ length: 10 }, (_, epoch) => 1 / (epoch + 1));

/** A study that was driven so far and then left, as `study-process.ts` makes it. */
function leave(db: string): () => number {
  const store = openStore(db);
  const { id } = store.createStudy(newStudy({ name: "faults", key: "faults-1" }));
  for (let trial = 0; trial < trials; trial++) store.record(id, wholeTrial(trial, curve), "process");
  store.close();
  const reader = openStore(db, { readonly: true });
  return () => reader.counts(id).complete;
}

it(`goes on with a study of ${trials} trials`, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-resume-"));
  const server = await NatsServer.start();
  const db = path.join(folder, "study.db");
  const complete = leave(db);
  const start = (file: string, ...args: string[]) =>
    startScript(new URL(file, import.meta.url), [`--server=${server.url}`, ...args]);
  const worker = start("./worker-process.ts", "--id=w1", `--folder=${path.join(folder, "machine")}`);
  await worker.line("ready");
  const begun = performance.now();
  const coordinator = start("./study-process.ts", `--db=${db}`, `--trials=${trials + 1}`);
  try {
    await coordinator.line("driving");
    const driving = performance.now() - begun;
    await until(() => complete() > trials, "the next trial");
    const next = performance.now() - begun;
    expect((await coordinator.ended).how).toBe(0);
    expect(complete()).toBe(trials + 1);
    figure(
      [2],
      `resuming a study of ${trials.toLocaleString("en")} trials × ${curve.length} reports`,
      `${(driving / 1000).toFixed(1)} s from the start of the process to driving, ${(next / 1000).toFixed(1)} s to the end of the next trial`,
    );
  } finally {
    for (const script of [coordinator, worker]) script.kill("SIGKILL");
    await Promise.all([coordinator.ended, worker.ended]);
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
