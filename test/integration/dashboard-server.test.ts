import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCurveBlock, type StudyDelta, type StudySnapshot } from "../../orchestrator/views/page/wire.ts";
import { readPlotStudy } from "../../orchestrator/views/plot-study/read.ts";
import { leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { db } from "../support/folder-per-test.ts";
import { send, type EventReader } from "../support/http.ts";
import { oddStudies } from "../support/odd-studies.ts";
import { addAbandoned, makeSampleDatabase } from "../support/sample-studies.ts";
import { added, ended, attemptEnded, newStudy, offered, reported } from "../support/study-writes.ts";
import { until } from "../support/until.ts";

import { json, listen, start } from "../support/dashboard-per-test.ts";

describe("the dashboard's answers", () => {
  test("list the studies, newest first, with skill and whether a process drives them", async () => {
    makeSampleDatabase(db);
    const studies = await json(await start(), "/api/studies");
    expect(studies).toMatchObject([
      {
        name: "etth1",
        state: "complete",
        driven: false,
        best: 0.3,
        baseline: { name: "season ago", value: 0.41 },
      },
      { name: "night", state: "running", driven: false, best: null, skill: null },
    ]);
    expect((studies as { skill: number }[])[0]!.skill).toBeCloseTo(1 - 0.3 / 0.41, 10);
  });

  test("are empty while there is no database, and fill when it appears", async () => {
    const address = await start();
    expect(await json(address, "/api/studies")).toEqual([]);
    const live = listen(address, "/api/live");
    await until(() => live.events.length === 1, "the empty list");
    makeSampleDatabase(db);
    await until(() => live.events.length > 1, "the list with studies");
    expect(live.events.at(-1)).toMatchObject({
      event: "studies",
      data: [{ name: "etth1" }, { name: "night" }],
    });
  });

  test.each(Object.entries(oddStudies))(
    "show the numbers of plot and leaderboard: %s",
    async (_name, make) => {
      const store = openStore(db);
      const study = store.findStudy(make(store).name)!;
      const address = await start();
      const at = `/api/studies/${study.key}`;
      const snapshot = (await json(address, at)) as StudySnapshot;
      const bytes = (await send(address, `${at}/curves`)).body;
      const block = readCurveBlock(new Float64Array(new Uint8Array(bytes).buffer));
      const plot = readPlotStudy(store, study, Date.now());
      expect(snapshot.head.space).toEqual(plot.space);
      expect(
        snapshot.trials.map(([number, state, value, bestEpoch]) => [number, state, value, bestEpoch]),
      ).toEqual(plot.trials.map(({ number, state, value, bestEpoch }) => [number, state, value, bestEpoch]));
      expect(curvesOf(block)).toEqual(
        plot.trials.map(({ number, curve, seconds, at }) => [number, Array.from(curve), seconds, at]),
      );
      expect(await json(address, `${at}/leaderboard`)).toEqual(
        JSON.parse(JSON.stringify(leaderboard(store, study, { driven: false }))),
      );
      for (const more of ["metrics", "attempts", "importance", "importance/25", "ranges"])
        await json(address, `${at}/${more}`);
      store.close();
    },
  );

  test("hold everything about a trial, as show --json has it", async () => {
    makeSampleDatabase(db);
    const trial = await json(await start(), "/api/studies/etth1-k3y/trials/4");
    expect(trial).toMatchObject({
      number: 4,
      value: 0.35,
      attempts: [{ state: "lost" }, { state: "complete" }],
    });
  });

  test("say in a sentence what is not there", async () => {
    makeSampleDatabase(db);
    const address = await start();
    const missing = await send(address, "/api/studies/nobody");
    expect([missing.status, missing.text]).toEqual([404, expect.stringContaining('no study \\"nobody\\"')]);
    expect((await send(address, "/api/studies/etth1-k3y/trials/99")).status).toBe(404);
    expect((await send(address, "/api/nothing")).status).toBe(404);
    const share = await send(address, "/api/studies/etth1-k3y/importance/0");
    expect([share.status, share.text]).toEqual([400, expect.stringContaining("a percentage above 0")]);
    const headers = { Origin: address.slice(0, -1) };
    expect((await send(address, "/api/studies", { method: "POST", headers })).status).toBe(405);
  });

  test("go on after the database was replaced by another", async () => {
    makeSampleDatabase(db);
    const address = await start();
    await json(address, "/api/studies");
    for (const end of ["", "-wal", "-shm"]) rmSync(`${db}${end}`, { force: true });
    expect(await json(address, "/api/studies")).toEqual([]);
    const store = openStore(db);
    addAbandoned(store, "afterwards");
    store.close();
    expect(await json(address, "/api/studies")).toMatchObject([{ name: "afterwards" }]);
  });
});

function curvesOf(block: ReturnType<typeof readCurveBlock>): unknown[] {
  let from = 0;
  return Array.from(block.trials, (number, i) => {
    const values = Array.from(block.values.subarray(from, (from += block.lengths[i]!)));
    return [number, values, block.seconds[i], block.ats[i]];
  });
}

describe("the dashboard's stream", () => {
  let store: StudyStore;
  let study: number;
  let at: string;

  beforeEach(() => {
    store = openStore(db);
    const made = store.createStudy(newStudy({ name: "live" }));
    study = made.id;
    at = `/api/studies/${made.key}`;
    store.record(study, [added(0), offered(0, 1), reported(0, 1, 0, 0.5)], "process");
  });
  afterEach(() => {
    store.close();
  });

  const deltas = (reader: EventReader): StudyDelta[] =>
    reader.events.filter(({ event }) => event === "delta").map(({ data }) => data as StudyDelta);

  test("sends what is new as it is recorded, and no more", async () => {
    const address = await start();
    const { place } = (await json(address, at)) as StudySnapshot;
    const live = listen(address, `${at}/live?after=${place}`);
    await until(() => deltas(live).length === 1, "the first word");
    expect(deltas(live)[0]).toMatchObject({ place, trials: [], curves: [] });
    store.record(study, [reported(0, 1, 1, 0.4), reported(0, 1, 2, null)], "process");
    await until(() => deltas(live).length === 2, "two reports");
    expect(deltas(live)[1]).toMatchObject({
      trials: [expect.arrayContaining([0, "running", 0.4, 2])],
      curves: [{ trial: 0, from: 2, values: [0.4, null] }],
    });
    store.record(study, [attemptEnded(0, 1), ended(0), added(1)], "process");
    await until(() => deltas(live).length === 3, "the end of a trial");
    expect(deltas(live)[2]!.trials.map(([number, state]) => [number, state])).toEqual([
      [0, "complete"],
      [1, "running"],
    ]);
    store.setStudyState(study, "stopped", "enough", 9);
    await until(() => deltas(live).length === 4, "the end of the study");
    expect(deltas(live)[3]).toMatchObject({ trials: [], status: { state: "stopped", reason: "enough" } });
  });

  test("goes on where Last-Event-ID says, also after the server was started again", async () => {
    const first = await start();
    const live = listen(first, `${at}/live?after=0.0.0`);
    await until(() => live.events.length === 1, "everything so far");
    const { id } = live.events[0]!;
    live.close();
    store.record(study, [reported(0, 1, 1, 0.4)], "process");
    const again = listen(await start(), `${at}/live?after=0.0.0`, { "Last-Event-ID": id });
    await until(() => deltas(again).length === 1, "what was missed");
    expect(deltas(again)[0]!.curves).toEqual([{ trial: 0, from: 2, values: [0.4] }]);
  });

  test("says when the study is gone", async () => {
    const live = listen(await start(), `${at}/live?after=0.0.0`);
    await until(() => live.events.length === 1, "the first word");
    for (const end of ["", "-wal", "-shm"]) rmSync(`${db}${end}`, { force: true });
    await until(() => live.events.some(({ event }) => event === "gone" || event === "trouble"), "its end");
  });

  test("sends twenty pages the same from one read", async () => {
    const address = await start();
    const all = Array.from({ length: 20 }, () => listen(address, `${at}/live?after=0.0.0`));
    await until(() => all.every((one) => one.events.length === 1), "the first word to all");
    store.record(study, [reported(0, 1, 1, 0.4)], "process");
    await until(() => all.every((one) => one.events.length === 2), "the report to all");
    expect(new Set(all.map((one) => JSON.stringify(one.events[1])))).toHaveProperty("size", 1);
  });
});
