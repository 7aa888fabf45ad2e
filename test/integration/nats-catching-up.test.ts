import { expect, it } from "vitest";
import { z } from "zod";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor, reportSubject } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { libraryOf } from "../support/library-of.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, Memory, quick, report, soon, started, upTo } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

/** Messages of workers on the server. */
async function newestStored(): Promise<number> {
  const link = await Link.connect({ servers: server.url, name: "test" }, { ...defaultTimings, ...quick });
  const filter = reportSubject(namesFor(), assignment("s1", 0).ref);
  const message = await libraryOf(link).jsm.streams.getMessage(namesFor().reports, { last_by_subj: filter });
  await link.close();
  return message === null ? -1 : newestOf.parse([message.json()].flat().at(-1)).n;
}

const newestOf = z.object({ n: z.int() });

/** Does something in the middle of catching up: when the first of several batches is to be committed. */
class Interrupted extends Memory {
  onCommit: (() => void) | null = null;

  override commit(messages: readonly WorkerMessage[]): void {
    super.commit(messages);
    this.onCommit?.();
    this.onCommit = null;
  }
}

it("a connection that breaks again while the coordinator catches up does not leave it standing", async () => {
  const memory = new Interrupted();
  await (await lab.coordinator("s1")).open(memory);
  // Sends nothing again before the server has died: the newest message on it is the last one.
  const worker = await lab.worker("w1", { timings: { ...quick, resendMs: 600_000 } });
  const { ref } = assignment("s1", 0);
  memory.failing = true;
  worker.send(started(ref, "w1"));
  for (let n = 1; n <= 600; n++) worker.send(report(ref, n));
  await until(async () => (await newestStored()) === 600, "the messages to be stored");
  await server.kill();
  await until(() => memory.connections.at(-1) === "lost", "the loss");

  const again: Promise<void>[] = [];
  memory.failing = false;
  memory.onCommit = () => {
    again.push(server.kill().then(() => server.up()));
  };
  await server.up();
  await until(() => again.length > 0, "the first batch");
  await again[0];
  await worker.flush(soon());
  expect(memory.numbers(ref)).toEqual(upTo(600));
  await until(() => memory.connections.at(-1) === "open", "the connection to be reported");
});
