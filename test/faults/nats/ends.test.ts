/** A study ends, by itself or by a signal, while the server is dead: its command ends, too. */
import { expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { inLab, shortTimings } from "./fault-lab.ts";

const endMs = 3_000;
const size = { trials: 2, epochs: 20, epochMs: 50, leaseMs: 3_600_000, timings: { ...shortTimings, endMs } };

it("one SIGTERM while the server is dead: it says what it waits for, and ends", async () => {
  await inLab({ ...size, epochs: 400 }, async (lab) => {
    const coordinator = lab.command("run");
    lab.work("one");
    await lab.untilEpochs(5);
    await lab.server.kill();
    coordinator.kill("SIGTERM");
    await until(
      () => coordinator.lines.some((line) => line.includes("waiting for the NATS server at")),
      "words",
    );
    expect((await coordinator.ended).how).toBe(130);
    expect(coordinator.lines.join("\n")).toContain("stopped waiting for the NATS server at");
    expect(coordinator.lines.join("\n")).toMatch(/trial +outcome/); // the table, all the same
  });
});

it("control: with a server that answers it ends when the trials are handed back, long before", async () => {
  const patient = { ...shortTimings, endMs: 600_000 };
  await inLab({ ...size, epochs: 400, timings: patient }, async (lab) => {
    const coordinator = lab.command("run");
    lab.work("one");
    await lab.untilEpochs(5);
    coordinator.kill("SIGTERM");
    expect((await coordinator.ended).how).toBe(130);
    expect(coordinator.lines.join("\n")).not.toContain("stopped waiting");
    expect(lab.attempts().map(({ state }) => state)).toContain("handed_back");
  });
});

it("a study whose last report came when the server died shows its table", async () => {
  await inLab({ ...size, trials: 1 }, async (lab) => {
    const coordinator = lab.command("run");
    lab.work("one");
    await lab.untilEpochs(size.epochs - 1);
    await until(() => lab.attempts().some(({ state }) => state === "complete"), "the trial to be complete");
    await lab.server.kill();
    const { how } = await coordinator.ended;
    expect(how).toBe(0);
    expect(coordinator.lines.join("\n")).toContain("study complete");
  });
});
