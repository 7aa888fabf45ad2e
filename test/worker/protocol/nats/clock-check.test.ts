import { expect, it } from "vitest";
import { ClockCheck } from "../../../../worker/protocol/nats/link/clock-check.ts";

const hour = 3_600_000;

it("the clock of a worker machine that is off is reported once, in minutes, until it was right again", () => {
  const told: string[] = [];
  const now = Date.parse("2026-03-01T12:00:00Z");
  const check = new ClockCheck(
    () => now,
    (problem) => told.push(problem.message),
  );
  check.heard({ host: "gpu1", clock: now + 30_000 });
  check.heard({ host: "gpu1" });
  expect(told).toEqual([]);

  for (let beat = 0; beat < 3; beat++) check.heard({ host: "gpu1", clock: now + hour });
  check.heard({ host: "gpu2", clock: now - hour });
  expect(told).toEqual([
    expect.stringMatching(
      /^the clock of worker machine gpu1 is 60 minutes ahead of this one's: .* set both clocks/,
    ),
    expect.stringMatching(/^the clock of worker machine gpu2 is 60 minutes behind this one's: .*timedatectl/),
  ]);

  check.heard({ host: "gpu1", clock: now });
  check.heard({ host: "gpu1", clock: now - 2 * hour });
  expect(told).toHaveLength(3);
});
