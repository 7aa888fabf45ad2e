/** A server without room, or without its memory, when a study begins or is resumed. */
import { expect, it } from "vitest";
import { UserError } from "../../orchestrator/errors.ts";
import { LabSession } from "../../orchestrator/lab/session.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { readLock } from "../../worker/protocol/nats/coordinator/lock.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import { bucketStream, lockKey, namesFor } from "../../worker/protocol/nats/server/names.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { libraryOf } from "../support/library-of.ts";
import { Memory, quick } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

it("a study that begins while the server has no room for its lock says so, and begins when there is room", async () => {
  const coordinator = await lab.coordinator("s1");
  const { jsm } = libraryOf(coordinator.link);
  const stream = bucketStream(namesFor().state);
  const { config } = await jsm.streams.info(stream);
  await jsm.streams.update(stream, { max_bytes: 1 });
  const opening = coordinator.open(new Memory());
  await until(() => lab.problems.length > 1, "the coordinator to say twice that it waits");
  expect(lab.problems[0]?.message).toMatch(/no room|full/);
  await jsm.streams.update(stream, { max_bytes: config.max_bytes });
  await opening;
});

it("a server that forgets everything between a coordinator's connection and its study's begin is no end of it", async () => {
  const coordinator = await lab.coordinator("s1");
  await server.kill();
  await server.wipe();
  await server.up();
  await coordinator.blobs.put(new TextEncoder().encode("y\n1\n2\n"));
  await coordinator.open(new Memory());
});

it("a coordinator whose lock the server has forgotten for a predecessor's keeps its study", async () => {
  const coordinator = await lab.coordinator("s1", { owner: "study.db" });
  await coordinator.open(new Memory());
  const state = await JsonBucket.open(coordinator.link, namesFor().state);
  const found = await readLock(state, "s1");
  const before = { ...found!.lock, holder: "a run before", epoch: found!.lock.epoch - 1 };
  await state.put(lockKey("s1"), before); // what a torn file has left
  const isMine = async (): Promise<boolean> =>
    (await readLock(state, "s1"))?.lock.epoch === found!.lock.epoch;
  await until(isMine, "the lock to be renewed");
  expect(lab.superseded).toEqual([]);
});

const enter = async (): Promise<LabSession> =>
  await LabSession.enter({
    lab: { servers: server.url, timings: quick },
    study: "s1",
    title: "s1",
    db: lab.folder("study.db"),
    folder: lab.folder("coordinator"),
    terms: undefined,
    clock: systemClock,
    notice: () => {},
    onSuperseded: () => {},
  });

it("the data of a resumed study is stored again when the server forgets everything", async () => {
  const home = fileBlobs(lab.folder("home"));
  const data = await home.put(new TextEncoder().encode("y\n1\n2\n"));
  const first = await enter();
  await first.provide(data, home);
  await first.leave(false);

  const resumed = await enter();
  await resumed.provide(data, home); // it is there already
  await resumed.bus.open(new Memory());
  await server.kill();
  await server.wipe();
  await server.up();
  const isThere = async (): Promise<boolean> => await resumed.bus.blobs.has(data).catch(() => false);
  await until(isThere, "the data to be stored again");
  await resumed.bus.link.jsm.streams.purge(namesFor().blobs); // as a power cut may, which spares the streams themselves
  await until(isThere, "the data to be stored once more");
  await resumed.leave(false);
});

it("a copied database finds its data on the lab's server; where that has lost it, too, one sentence says what to copy", async () => {
  const home = fileBlobs(lab.folder("home"));
  const data = await home.put(new TextEncoder().encode("y\n1\n2\n"));
  const first = await enter();
  await first.provide(data, home);
  await first.leave(false);

  const elsewhere = fileBlobs(lab.folder("elsewhere"));
  const copied = await enter();
  await copied.provide(data, elsewhere);
  await copied.leave(false);

  await server.kill();
  await server.wipe();
  await server.up();
  const alone = await enter();
  await expect(alone.provide(data, elsewhere)).rejects.toEqual(
    new UserError(
      "the study's data lies neither beside its database nor on the lab's server; copy the folder DATABASE.files along with the database",
    ),
  );
  await alone.leave(false);
});
