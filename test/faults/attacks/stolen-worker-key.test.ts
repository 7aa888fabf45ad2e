/** What a stolen worker key cannot do; docs/security.md says the same in words. Payloads are harmless. */
import { randomUUID } from "node:crypto";
import { headers, type MsgHdrs } from "@nats-io/transport-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NatsCoordinatorBus } from "../../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import type { AttemptRef } from "../../../worker/protocol/ids.ts";
import type { Link } from "../../../worker/protocol/nats/link/link.ts";
import type { NatsWorkerBus } from "../../../worker/protocol/nats/worker/worker-bus.ts";
import { workerKey } from "../../../worker/protocol/nats/server/names.ts";
import { assignment, ended, Memory, report, soon, started } from "../../support/nats-lab.ts";
import { until } from "../../support/until.ts";
import { AttackedLab } from "./lab.ts";

let attacked: AttackedLab;
let memory: Memory;
let coordinator: NatsCoordinatorBus;
let honest: NatsWorkerBus;
let thief: Link;
let trial = 0;

beforeAll(async () => {
  attacked = await AttackedLab.start();
  memory = new Memory();
  coordinator = await attacked.lab.coordinator("s1", await attacked.credentials("coordinator"));
  await coordinator.open(memory);
  honest = await attacked.lab.worker("w1", await attacked.credentials("honest"));
  honest.announce({ id: "w1", host: "here", pid: 1, version: "0", labels: {} });
  thief = await attacked.as("thief");
});
afterAll(async () => {
  await attacked.end();
});

/** A trial that the honest worker has begun, with one report. */
async function begun(): Promise<AttemptRef> {
  await coordinator.offer(assignment("s1", trial++));
  const { ref } = (await honest.claim(soon()))!;
  honest.send(started(ref, "w1"));
  honest.send(report(ref, 1));
  await until(() => memory.numbers(ref).length === 2, "the trial to be under way");
  return ref;
}

/** What the server answers the thief. */
async function answerTo(subject: string, payload: string, header: MsgHdrs): Promise<string> {
  return await new Promise((resolve) => {
    const reply = `${thief.inboxPrefix}.${randomUUID()}`;
    thief.nc.subscribe(reply, { max: 1, callback: (_error, message) => resolve(message.string()) });
    thief.nc.publish(subject, payload, { reply, headers: header });
  });
}

const subjectOf = ({ study, trial: number, attempt }: AttemptRef): string =>
  `seqtune.report.${study}.${number}.${attempt}`;
const nameOfHonest = async (): Promise<string> => `w1@${(await attacked.key("honest")).slice(1, 9)}`;

describe("the server refuses with a worker's key", () => {
  it.each([
    ["to make an offer", "seqtune.trial.any.s1.9.1", "{}"],
    ["to order a trial to stop", "$KV.SEQTUNE_CONTROL.order.s1.9.1", "{}"],
    ["to say that reports are committed", "$KV.SEQTUNE_CONTROL.done.s1.9.1", "{}"],
    ["to end a study", "seqtune.stop.s1", '{"trial":null}'],
    ["to send the workers of a study home", "seqtune.drain.s1", ""],
    ["to take a study's lock", "$KV.SEQTUNE_STATE.lock.s1", "{}"],
    ["to write a leaderboard", "$KV.SEQTUNE_STATE.board.s1", "{}"],
    ["to say where a backup is", "$KV.SEQTUNE_STATE.backup.s1", "{}"],
    ["to write a journal", "seqtune.journal.s1", "{}"],
    ["to empty a stream", "$JS.API.STREAM.PURGE.SEQTUNE_REPORTS", "{}"],
    ["to remove a stream", "$JS.API.STREAM.DELETE.SEQTUNE_TRIALS", ""],
    ["to change a stream", "$JS.API.STREAM.UPDATE.SEQTUNE_TRIALS", "{}"],
    ["to remove a stored message", "$JS.API.STREAM.MSG.DELETE.SEQTUNE_REPORTS", '{"seq":1}'],
    ["to remove the queue of offers", "$JS.API.CONSUMER.DELETE.SEQTUNE_TRIALS.w-any", ""],
    ["to make a reader of reports", "$JS.API.CONSUMER.CREATE.SEQTUNE_REPORTS.x", "{}"],
    ["to copy a stream", "$JS.API.STREAM.SNAPSHOT.SEQTUNE_REPORTS", "{}"],
    ["to read reports", "$JS.API.STREAM.MSG.GET.SEQTUNE_REPORTS", '{"seq":1}'],
    ["to read the journal", "$JS.API.DIRECT.GET.SEQTUNE_JOURNAL.seqtune.journal.s1", ""],
    ["to make a stream", "$JS.API.STREAM.CREATE.SEQTUNE_MINE", "{}"],
    ["to put a copy back over a stream", "$JS.API.STREAM.RESTORE.SEQTUNE_TRIALS", "{}"],
    ["to take the lead of a stream away", "$JS.API.STREAM.LEADER.STEPDOWN.SEQTUNE_TRIALS", ""],
    ["to report without a key", "seqtune.report.s1.0.1", "{}"],
    ["to speak to other programs", "orders.new", "x"],
  ])("%s", async (_what, subject, payload) => {
    await expect(thief.nc.request(subject, payload, { timeout: 10_000 })).rejects.toThrow(
      /Permissions Violation for Publish/i,
    );
  });

  it("to report, to say that it lives, and to say goodbye with the key of another worker", async () => {
    const key = await attacked.key("honest");
    for (const subject of [`seqtune.report.s1.0.1.${key}`, `$KV.SEQTUNE_WORKERS.${key}.${workerKey("w1")}`]) {
      await expect(thief.nc.request(subject, "{}", { timeout: 10_000 })).rejects.toThrow(
        /Permissions Violation for Publish/i,
      );
    }
  });

  it.each([
    ["reports", "seqtune.report.>"],
    ["other workers' answers", "_INBOX.>"],
    ["locks", "$KV.SEQTUNE_STATE.lock.>"],
    ["claims", "$KV.SEQTUNE_CLAIMS.>"],
    ["everything", ">"],
  ])("to listen to %s", async (_what, subject) => {
    const refused = await new Promise<string>((resolve) => {
      thief.nc.subscribe(subject, {
        callback: (error) => resolve(error === null ? "heard" : error.message),
      });
    });
    expect(refused).toMatch(/Permissions Violation for Subscription/i);
  });

  it("to remove all claims by the header of one message", async () => {
    const ref = await begun();
    const rollup = headers();
    rollup.set("Nats-Rollup", "all");
    expect(await answerTo("$KV.SEQTUNE_CLAIMS.s1.99.1", "{}", rollup)).toContain("rollup not permitted");
    honest.send(ended(ref, 2));
    await until(() => memory.numbers(ref).length === 3, "the trial to end");
  });

  it("to overwrite a stored file", async () => {
    const file = await coordinator.blobs.put(Buffer.from("rows of data"));
    await expect(thief.js.publish(`seqtune.blob.${file.sha256}.262144-0`, "other rows")).rejects.toThrow(
      "maximum messages",
    );
  });
});

describe("a trial of another worker", () => {
  let ref: AttemptRef;
  beforeEach(async () => {
    ref = await begun();
  });

  async function endsAsItsWorkerSays(): Promise<void> {
    honest.send(ended(ref, 2));
    await honest.flush(soon());
    const messages = [...memory.rows.values()].filter((message) => message.ref.trial === ref.trial);
    expect(messages.map(({ worker }) => worker)).toEqual(Array(3).fill(await nameOfHonest()));
  }

  it("cannot be finished in its worker's name: what comes with another key is dropped, and said", async () => {
    const subject = `${subjectOf(ref)}.${await attacked.key("thief")}`;
    await thief.js.publish(subject, JSON.stringify({ ...ended(ref, 2), worker: await nameOfHonest() }));
    await until(
      () =>
        attacked.lab.problems.some(({ message }) =>
          message.includes(
            `${subject} is not valid and was dropped: it speaks for the worker of another key`,
          ),
        ),
      "the coordinator to say so",
    );
    expect(memory.numbers(ref)).toEqual([0, 1]);
    await endsAsItsWorkerSays();
  });

  it("cannot be ended by its worker's goodbye", async () => {
    const goodbye = headers();
    goodbye.set("KV-Operation", "DEL");
    const own = `$KV.SEQTUNE_WORKERS.${await attacked.key("thief")}`;
    const alive = { id: await nameOfHonest(), host: "elsewhere", pid: 2, version: "0", labels: {} };
    const subject = `${own}.${workerKey(await nameOfHonest())}`;
    await thief.js.publish(subject, JSON.stringify(alive));
    await answerTo(subject, "", goodbye);
    await endsAsItsWorkerSays();
    expect(memory.changes.filter((change) => change.kind === "gone")).toEqual([]);
    const hosts = memory.changes.map((change) => (change.kind === "seen" ? change.worker.host : ""));
    expect(hosts).not.toContain("elsewhere");
  });

  it("is not delayed by message ids that a thief uses first", async () => {
    const { study, trial: number, attempt } = ref;
    const own = `${subjectOf({ study: "none", trial: 0, attempt: 1 })}.${await attacked.key("thief")}`;
    for (const id of ["2", "2-2", "2-3"])
      await thief.js.publish(own, "{}", { msgID: `${study}.${number}.${attempt}.${id}` });
    await endsAsItsWorkerSays();
  });
});
