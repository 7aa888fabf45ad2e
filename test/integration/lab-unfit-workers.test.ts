/** Workers that lack what a study requires are no answer to "no worker yet". */
import { expect, it } from "vitest";
import { systemClock } from "../../worker/protocol/clock.ts";
import { LabCapacity } from "../../orchestrator/lab/capacity.ts";
import { watchForWorkers } from "../../orchestrator/lab/waiting.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { server } from "../support/lab-per-test.ts";
import { until } from "../support/until.ts";

const worker = (id: string, labels: Record<string, string>): WorkerInfo => {
  return { id, host: "here", pid: 1, version: "0", labels };
};

it("they are counted while they are heard, and named with what they lack", async () => {
  const link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
  let now = 0;
  const clock = { ...systemClock, monotonic: () => now };
  const requires = { gpu: "h100" };
  const terms = { priority: 1, requires };
  const capacity = new LabCapacity(link, namesFor(), 10_000, terms, "s1", clock);
  const notices: string[] = [];
  const stop = watchForWorkers(
    new StudyEvents(),
    { ...systemClock, after: (_ms, task) => systemClock.after(1, task) },
    { servers: server.url },
    requires,
    (message) => notices.push(message),
    () => capacity.unfitWorkers(),
  );
  const told = (words: string): Promise<void> =>
    until(
      () =>
        notices.at(-1) === `${words}: start one with: seqtune worker --nats ${server.url} --label gpu=h100`,
      words,
    );
  await told("no worker yet");
  expect(capacity.serves(worker("a", {}))).toBe(false);
  await told("1 worker is here, but not with gpu=h100");
  expect(capacity.serves(worker("b", { gpu: "a100" }))).toBe(false);
  await told("2 workers are here, none with gpu=h100");
  now = 31_000;
  expect(capacity.serves(worker("a", { gpu: "h100" }))).toBe(true);
  await told("no worker yet"); // workers that serve the study are the watcher's business
  stop();
  capacity.stop();
  await link.close();
});
