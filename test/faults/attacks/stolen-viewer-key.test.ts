/** What a stolen viewer's key cannot do: anything but read. Payloads are harmless. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Link } from "../../../worker/protocol/nats/link/link.ts";
import { Memory } from "../../support/nats-lab.ts";
import { AttackedLab } from "./lab.ts";

let attacked: AttackedLab;
let thief: Link;
beforeAll(async () => {
  attacked = await AttackedLab.start();
  await (await attacked.lab.coordinator("s1", await attacked.credentials("coordinator"))).open(new Memory());
  thief = await attacked.as("viewer");
});
afterAll(async () => {
  await attacked.end();
});

it.each([
  ["take an offer", "$JS.API.CONSUMER.MSG.NEXT.SEQTUNE_TRIALS.w-any", "{}"],
  ["make an offer", "seqtune.trial.any.s1.9.1", "{}"],
  ["order a trial to stop", "$KV.SEQTUNE_CONTROL.order.s1.9.1", "{}"],
  ["end a study", "seqtune.stop.s1", '{"trial":null}'],
  ["send workers home", "seqtune.drain.s1", ""],
  ["take a study's lock", "$KV.SEQTUNE_STATE.lock.s1", "{}"],
  ["write a leaderboard", "$KV.SEQTUNE_STATE.board.s1", "{}"],
  ["claim an attempt", "$KV.SEQTUNE_CLAIMS.s1.0.1", "{}"],
  ["report", "seqtune.report.s1.0.1", "{}"],
  ["say that a worker lives", "$KV.SEQTUNE_WORKERS.x", "{}"],
  ["store a file", "seqtune.blob.x.end", "{}"],
  ["read a file", "$JS.API.DIRECT.GET.SEQTUNE_BLOBS.seqtune.blob.x.end", ""],
  ["read a lock", "$JS.API.DIRECT.GET.KV_SEQTUNE_STATE.$KV.SEQTUNE_STATE.lock.s1", ""],
  ["read the journal", "$JS.API.DIRECT.GET.SEQTUNE_JOURNAL.seqtune.journal.s1", ""],
  ["empty a stream", "$JS.API.STREAM.PURGE.SEQTUNE_REPORTS", "{}"],
  ["remove a stream", "$JS.API.STREAM.DELETE.SEQTUNE_TRIALS", ""],
  ["remove the queue of offers", "$JS.API.CONSUMER.DELETE.SEQTUNE_TRIALS.w-any", ""],
])("the server refuses to let a viewer's key %s", async (_what, subject, payload) => {
  await expect(thief.nc.request(subject, payload, { timeout: 10_000 })).rejects.toThrow(
    /Permissions Violation for Publish/i,
  );
});

it.each([["seqtune.>"], ["$KV.>"], ["_INBOX.>"], [">"]])(
  "the server refuses to let a viewer's key listen to %s",
  async (subject) => {
    const refused = await new Promise<string>((resolve) => {
      thief.nc.subscribe(subject, {
        callback: (error) => resolve(error === null ? "heard" : error.message),
      });
    });
    expect(refused).toMatch(/Permissions Violation for Subscription/i);
  },
);
