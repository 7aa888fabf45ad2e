/** Messages that belong to no study, or are none, beside those of studies; rows 24 and 25 of the table of faults. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { inLab, type FaultLab, type FaultLabOptions } from "./fault-lab.ts";

const size: FaultLabOptions = { trials: 4, epochs: 30, epochMs: 40, leaseMs: 30_000 };
const stream = "SEQTUNE_REPORTS";
const kilobyte = "x".repeat(1024);

async function asAnybody(lab: FaultLab, act: (nc: NatsConnection) => Promise<void>): Promise<void> {
  const nc = await connect({ servers: lab.server.url });
  try {
    await act(nc);
  } finally {
    await nc.close();
  }
}

/** Publishes until the stream takes no more. Returns how many it took. */
async function flood(nc: NatsConnection, subject: (n: number) => string): Promise<number> {
  const js = jetstream(nc);
  for (let n = 0; ; n += 64) {
    const more = Array.from({ length: 64 }, (_, i) => js.publish(subject(n + i), kilobyte));
    const settled = await Promise.allSettled(more);
    if (settled.some(({ status }) => status === "rejected")) return n;
  }
}

it("a stream of reports filled up for studies that do not exist is cleared, and the study that is there goes on", async () => {
  await inLab(size, async (lab) => {
    const coordinator = lab.command("run");
    lab.work("one");
    await lab.untilEpochs(10);
    await asAnybody(lab, async (nc) => {
      const jsm = await jetstreamManager(nc);
      await jsm.streams.update(stream, { max_bytes: 2 << 20 });
      const filledAt = performance.now();
      const took = await flood(nc, (n) => `seqtune.report.ghost-${n % 7}.${n % 50}.1`);
      const words =
        /^note: stream SEQTUNE_REPORTS on the NATS server is \d+ % full of its limit of 2 MB: removed \d+ messages/;
      await until(() => coordinator.lines.some((line) => words.test(line)), "the coordinator to say so");
      figure(
        [24],
        `${took} messages for studies that do not exist fill the stream of reports (2 MB)`,
        `cleared ${((performance.now() - filledAt) / 1000).toFixed(1)} s later with looks every 3 s, the study complete`,
      );
    });
    expect(await lab.verdict(coordinator)).toEqual([]);
  });
});

it("3,000 messages that are none are said in a few lines, none of which steers the terminal", async () => {
  await inLab(size, async (lab) => {
    const coordinator = lab.command("run");
    lab.work("one");
    await lab.untilEpochs(5);
    await asAnybody(lab, async (nc) => {
      const info = await (
        await jetstreamManager(nc)
      ).streams.info("KV_SEQTUNE_STATE", { subjects_filter: "$KV.SEQTUNE_STATE.lock.>" });
      const study = Object.keys(info.state.subjects ?? {})[0]!
        .split(".")
        .at(-1)!;
      const js = jetstream(nc);
      for (let n = 0; n < 3_000; n += 100) {
        const forged = (i: number): string =>
          JSON.stringify({ kind: `\u001B[2J\u001B]0;owned ${n + i}\u0007`, ref: `\u202E${i}` });
        const subject = `seqtune.report.${study}.${n}.1`;
        await Promise.all(Array.from({ length: 100 }, (_, i) => js.publish(subject, forged(i))));
      }
    });
    expect(await lab.verdict(coordinator)).toEqual([]);
    const said = coordinator.lines.filter((line) => line.includes("is not valid and was dropped"));
    expect(said.length).toBeGreaterThan(0);
    expect(said.length).toBeLessThanOrEqual(5);
    expect(coordinator.lines.join("\n")).toMatch(/2997 more of this kind/);
    // eslint-disable-next-line no-control-regex
    expect(coordinator.lines.join("")).not.toMatch(/[\u0000-\u0008\u001B\u0080-\u009F\u202E]/);
    figure([25], "3,000 messages that are none", `${said.length} lines, the study complete`);
  });
});
