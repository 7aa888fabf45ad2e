/** The disk of the coordinator or of a worker is full while a study runs in a lab; row 13 of the table of faults. */
import { afterEach, expect, it } from "vitest";
import { AttemptSpool } from "../../../worker/protocol/nats/worker/spool.ts";
import { report, upTo } from "../../support/nats-lab.ts";
import { SmallDisk } from "../../support/small-disk.ts";
import { until } from "../../support/until.ts";
import { inLab, type FaultLabOptions } from "./fault-lab.ts";
import { spooled } from "./spooled.ts";

const size: FaultLabOptions = { trials: 3, epochs: 60, epochMs: 50, leaseMs: 30_000 };

const obstacle = SmallDisk.obstacle();
const onSmallDisk = it.skipIf(obstacle !== null);
const why = obstacle === null ? "" : ` (not run: ${obstacle})`;
let disk: SmallDisk | null = null;

async function smallDisk(): Promise<SmallDisk> {
  disk = await SmallDisk.create(16);
  return disk;
}

afterEach(async () => {
  await disk?.close();
  disk = null;
});

onSmallDisk(
  `a coordinator whose disk is full says so, acknowledges nothing, and goes on when there is room${why}`,
  async () => {
    const home = await smallDisk();
    await inLab({ ...size, home }, async (lab) => {
      const coordinator = lab.command("run");
      lab.work("one");
      await lab.untilEpochs(10);

      home.fill();
      const words = /^note: the disk that holds .*study\.db is full.*make room/;
      await until(() => coordinator.lines.some((line) => words.test(line)), "the full disk to be reported");
      const recorded = lab.epochs();
      // Acknowledged messages leave the worker's disk: these are all still there.
      await until(() => spooled(lab.machine("one")) > 5, "messages to wait on the worker's disk");
      expect(lab.epochs()).toBe(recorded);
      // Again only after something was recorded: another user of the disk may free some of it.
      expect(coordinator.lines.filter((line) => words.test(line)).length).toBeLessThan(5);
      expect(coordinator.lines.filter((line) => line.includes("no NATS server answers"))).toEqual([]);

      home.makeRoom();
      expect(await lab.verdict(coordinator)).toEqual([]);
      expect(lab.attempts().map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    });
  },
);

onSmallDisk(`a worker whose disk is full says so, trains on, and every report arrives${why}`, async () => {
  const machine = await smallDisk();
  await inLab(size, async (lab) => {
    const worker = lab.work("one", { wrap: machine.wrap, args: [`--folder=${machine.folder}`] });
    await worker.line("ready");
    const coordinator = lab.coordinate();
    await lab.untilEpochs(5);
    machine.fill();
    await worker.line("problem: cannot write ");
    expect(await lab.verdict(coordinator)).toEqual([]);
    expect(worker.lines.filter((line) => line.startsWith("problem")).join()).toContain("ENOSPC");
    expect(lab.attempts().map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });
});

onSmallDisk(
  `what a full disk refused is written first when there is room, so a spool never has a gap${why}`,
  async () => {
    const machine = await smallDisk();
    const ref = { study: "s1", trial: 0, attempt: 1 };
    const problems: Error[] = [];
    const spool = new AttemptSpool(machine.file("spool"), ref, (problem) => problems.push(problem));
    const append = (n: number): void => {
      const message = report(ref, n);
      spool.append(message, JSON.stringify(message));
    };
    append(1);
    machine.fill();
    for (let n = 2; n < 80; n++) append(n); // more than what is left of the file's last block
    expect(problems.length).toBeGreaterThan(0);
    machine.makeRoom();
    append(80);
    spool.close();
    const restored = AttemptSpool.restore(machine.file("spool"), ref, () => {});
    expect(restored.messages.map(({ n }) => n)).toEqual(upTo(80).slice(1));
  },
);
