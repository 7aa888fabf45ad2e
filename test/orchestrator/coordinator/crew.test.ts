import { expect, test } from "vitest";
import { Crew, type OpenAttempts } from "../../../orchestrator/coordinator/crew.ts";
import { StudyEvents } from "../../../orchestrator/events.ts";
import type { WorkerRow } from "../../../storage/store.ts";
import { systemClock } from "../../../worker/protocol/clock.ts";
import type { WorkerInfo } from "../../../worker/protocol/messages.ts";

const nothingOpen: OpenAttempts = {
  openCount: 0,
  open: () => [],
  claimed: () => {},
  heardOf: () => {},
  deserted: () => {},
};

/** A crew, and the ids of the workers it has recorded. */
function crewOf(saved: string[]): Crew {
  return new Crew({
    clock: systemClock,
    events: new StudyEvents(),
    leaseMs: 60_000,
    attempts: nothingOpen,
    remote: true,
    wanted: () => null,
    resize: () => {},
    save: ({ id, pid }: WorkerRow) => saved.push(`${id} ${pid}`),
  });
}

const info = (id: string, pid: number): WorkerInfo => ({ id, host: "lab7", pid, version: "1", labels: {} });

test("a worker that joins is recorded alone, however many there are", () => {
  const saved: string[] = [];
  const crew = crewOf(saved);
  for (const worker of ["a", "b", "c", "a", "b", "c"])
    crew.workerChanged({ kind: "seen", worker: info(worker, 1) });
  expect(saved).toEqual(["a 1", "b 1", "c 1"]);
  expect(crew.rows().map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("a worker that another process speaks for is recorded again", () => {
  const saved: string[] = [];
  const crew = crewOf(saved);
  for (const pid of [1, 1, 2]) crew.workerChanged({ kind: "seen", worker: info("a", pid) });
  expect(saved).toEqual(["a 1", "a 2"]);
});
