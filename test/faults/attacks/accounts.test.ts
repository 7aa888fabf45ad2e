/**
 * A worker's or viewer's key belongs to an account in which nothing of the lab's lies. The lists of what a user may publish are
 * a second wall: here the server has none for the thief, and the accounts alone have to hold.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assignment, Memory } from "../../support/nats-lab.ts";
import { AttackedLab } from "./lab.ts";

let attacked: AttackedLab;
beforeAll(async () => {
  attacked = await AttackedLab.start({ withoutLists: ["thief", "viewer"] });
  await (await attacked.lab.coordinator("s1", await attacked.credentials("coordinator"))).open(new Memory());
});
afterAll(async () => {
  await attacked.end();
});

const targets = [
  ["an offer", "SEQTUNE_TRIALS", "seqtune.trial.any.s1.9.1", JSON.stringify(assignment("s1", 9))],
  ["an order", "KV_SEQTUNE_CONTROL", "$KV.SEQTUNE_CONTROL.order.s1.9.1", '{"epoch":9000000000}'],
  ["a watermark", "KV_SEQTUNE_CONTROL", "$KV.SEQTUNE_CONTROL.done.s1.9.1", '{"n":9,"epoch":9000000000}'],
  ["a lock", "KV_SEQTUNE_STATE", "$KV.SEQTUNE_STATE.lock.s2", '{"holder":"thief"}'],
  ["a pool", "KV_SEQTUNE_STATE", "$KV.SEQTUNE_STATE.pool.thieves", '{"requires":{}}'],
] as const;

async function isStored(stream: string, subject: string): Promise<boolean> {
  const { jsm } = await attacked.as("coordinator");
  const { state } = await jsm.streams.info(stream, { subjects_filter: subject });
  return state.subjects?.[subject] !== undefined;
}

describe.each(["thief", "viewer"] as const)("a %s whom no list holds back", (role) => {
  it.each(targets)("cannot bring about %s", async (_what, stream, subject, text) => {
    const { nc } = await attacked.as(role);
    nc.publish(subject, text);
    await nc.flush();
    expect(await isStored(stream, subject)).toBe(false);
  });

  it("hears nothing that is said in the lab's account and not meant for it", async () => {
    const thief = await attacked.as(role);
    const heard: string[] = [];
    thief.nc.subscribe(">", { callback: (_error, { subject }) => heard.push(subject) });
    await thief.nc.flush();
    const coordinator = await attacked.as("coordinator");
    coordinator.nc.publish("seqtune.report.s1.0.1", "a secret");
    coordinator.nc.publish("_INBOX.coordinator.1", "an answer");
    await coordinator.nc.flush();
    thief.nc.publish("own.word", "heard by itself");
    await thief.nc.flush();
    expect(heard).toContain("own.word");
    expect(heard.filter((subject) => /report|_INBOX\.coordinator/.test(subject))).toEqual([]);
  });
});

it("the same words are stored when the coordinator says them, so that the tests above can fail", async () => {
  const { nc } = await attacked.as("coordinator");
  const [, stream, subject] = targets[4];
  nc.publish(subject, "{}");
  await nc.flush();
  await expect.poll(() => isStored(stream, subject), { timeout: 60_000 }).toBe(true);
});
