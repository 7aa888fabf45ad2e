import { expect, it } from "vitest";
import { Link } from "../../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../../worker/protocol/nats/link/timings.ts";
import { namesFor, reportSubject } from "../../../worker/protocol/nats/server/names.ts";
import { Sender } from "../../../worker/protocol/nats/worker/sender.ts";
import { AttemptSpool } from "../../../worker/protocol/nats/worker/spool.ts";
import type { AttemptRef } from "../../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { useFolder } from "../../support/use-folder.ts";
import { labTimings, SimulatedLab } from "./lab.ts";
import { Life } from "./time.ts";

const files = useFolder();
const names = namesFor();
const timings = { ...defaultTimings, ...labTimings };
const refs = [1, 2, 3, 4].map((trial): AttemptRef => ({ study: "order", trial, attempt: 1 }));

const report = (ref: AttemptRef, n: number): WorkerMessage => {
  return { kind: "report", ref, n, worker: "w", epoch: n + 1, metrics: { val_mse: 1 }, seconds: 0.1 };
};

/** A server loses what it stored last while reports are on their way to it, and is away for `awayMs`. Returns what it holds. */
async function afterLoss(awayMs: number): Promise<readonly (readonly number[])[]> {
  const lab = new SimulatedLab(awayMs);
  const { server, time } = lab;
  const life = new Life();
  const pass = async (ms: number): Promise<void> => {
    const until = time.now + ms;
    time.after(ms, life, () => {});
    while (time.now < until) await lab.step();
  };
  server.streams.add({ name: names.reports, subjects: [`${names.prefix}.report.>`] });
  const connecting = Link.connect(
    { servers: "simulated", name: "w", clock: time.clock(life), dial: async () => await lab.dial(life) },
    timings,
  );
  await pass(5_000);
  const link = await connecting;
  const sender = new Sender({
    link,
    names,
    timings,
    watermarks: { read: async () => -1, watch: () => () => {} },
    onStored: () => {},
    onProblem: () => {},
  });
  link.onState(({ kind }) => kind === "open" && sender.recover());
  const spools = refs.map((ref) => new AttemptSpool(files.folder, ref, () => {}));
  const say = (n: number): void => {
    for (const spool of spools) spool.append(report(spool.ref, n), JSON.stringify(report(spool.ref, n)));
    sender.poke();
  };
  for (const spool of spools) sender.add(spool);
  say(0);
  await pass(500);
  say(1);
  server.kill();
  server.tear();
  time.after(awayMs, life, () => server.up());
  await pass(awayMs + 5_000);
  sender.stop();
  const stored = server.streams.get(names.reports).held.values();
  const order = [...stored].map(({ subject, data }) => ({
    subject,
    numbers: [JSON.parse(new TextDecoder().decode(data)) as WorkerMessage | WorkerMessage[]].flat(),
  }));
  return refs.map((ref) => {
    const ofAttempt = order.filter(({ subject }) => subject === reportSubject(names, ref));
    return ofAttempt.flatMap(({ numbers }) => numbers.map(({ n }) => n));
  });
}

it("a report never arrives ahead of those that the server lost, however long it was away", async () => {
  for (let awayMs = 0; awayMs < 3_000; awayMs += 23) {
    for (const numbers of await afterLoss(awayMs)) {
      const firstSeen = [...new Set(numbers)];
      expect(firstSeen, `away for ${awayMs} ms: ${numbers.join()}`).toEqual([0, 1]);
    }
  }
});
