/** What is not committed is sent again and again, and must not fill the server meanwhile. */
import { expect, it } from "vitest";
import { workerMessageSchema } from "../../worker/protocol/messages.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor, studyReports } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, Memory, quick, report, soon, started } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

const resendMs = 300;

it("reports without a coordinator are published at waits that double, and arrive when one is there", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(new Memory());
  await coordinator.offer(assignment("s1", 0));
  // Patient requests: one that is repeated because its answer was late would count, too.
  const timings = { ...quick, resendMs, resendLimitMs: 60_000, requestMs: 120_000 };
  const worker = await lab.worker("w1", { timings });
  const { ref } = (await worker.claim(soon()))!;
  await coordinator.abandon();

  const link = await Link.connect({ servers: server.url, name: "test" }, { ...defaultTimings, ...quick });
  const published = new Map<number, number>();
  link.nc.subscribe(studyReports(namesFor(), "s1"), {
    callback: (_error, msg) => {
      for (const one of [JSON.parse(msg.string()) as unknown].flat()) {
        const { n } = workerMessageSchema.parse(one);
        published.set(n, (published.get(n) ?? 0) + 1);
      }
    },
  });
  await link.nc.flush();
  const before = performance.now();
  worker.send(started(ref, "w1"));
  for (let n = 1; n <= 10; n++) worker.send(report(ref, n));
  await until(() => (published.get(10) ?? 0) >= 5, "the last report to be published five times");
  // At once, and after 0.3, 0.6, 1.2 and 2.4 seconds: a busy machine takes longer, none is faster.
  expect(performance.now() - before).toBeGreaterThan(15 * resendMs);
  expect([...published.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

  const memory = new Memory();
  await (await lab.coordinator("s1")).open(memory);
  await worker.flush(soon());
  expect(memory.numbers(ref)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await link.close();
});
