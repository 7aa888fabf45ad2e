import { localDashboard } from "../support/local-dashboard.ts";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  startDashboard,
  type Dashboard,
  type DashboardOptions,
} from "../../orchestrator/dashboard/server.ts";
import { readCurveBlock, type StudyDelta, type StudySnapshot } from "../../orchestrator/views/page/wire.ts";
import { readPlotStudy } from "../../orchestrator/views/plot-study/read.ts";
import { leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { startCli } from "../support/cli-process.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { readEvents, send, type EventReader } from "../support/http.ts";
import { oddStudies } from "../support/odd-studies.ts";
import { addAbandoned, addEtth1, makeSampleDatabase } from "../support/sample-studies.ts";
import { added, ended, attemptEnded, newStudy, offered, reported } from "../support/study-writes.ts";
import { until } from "../support/until.ts";

let running: Dashboard[] = [];
let readers: EventReader[] = [];

beforeEach(() => {
  running = [];
  readers = [];
});
afterEach(async () => {
  for (const reader of readers) reader.close();
  for (const dashboard of running) await dashboard.close();
});

async function start(change: Partial<DashboardOptions> = {}): Promise<string> {
  const dashboard = await startDashboard({
    db,
    ...localDashboard,
    ...change,
  });
  running.push(dashboard);
  return dashboard.address;
}

function listen(address: string, place: string, headers: Record<string, string> = {}): EventReader {
  const reader = readEvents(address, place, headers);
  readers.push(reader);
  return reader;
}

async function json(address: string, place: string): Promise<unknown> {
  const answer = await send(address, place);
  expect([place, answer.status, answer.text.slice(0, answer.status === 200 ? 0 : 300)]).toEqual([
    place,
    200,
    "",
  ]);
  return JSON.parse(answer.text);
}

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
      for (const more of ["metrics", "attempts", "importance", "ranges"])
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

describe("the dashboard's door", () => {
  beforeEach(() => {
    const store = openStore(db);
    addEtth1(store);
    store.close();
  });

  test("refuses other names than its own", async () => {
    const address = await start();
    const { port } = new URL(address);
    const as = async (Host: string) => (await send(address, "/api/studies", { headers: { Host } })).status;
    expect(await as(`localhost:${port}`)).toBe(200);
    expect(await as(`127.0.0.1:${port}`)).toBe(200);
    expect(await as("evil.example")).toBe(421);
    expect(await as(`evil.example:${port}`)).toBe(421);
    expect(await as(`127.0.0.1.evil.example:${port}`)).toBe(421);
  });

  test("refuses pages of elsewhere, also those of another port", async () => {
    const address = await start();
    const { host } = new URL(address);
    const from = async (headers: Record<string, string>) =>
      (await send(address, "/api/studies", { headers: { Host: host, ...headers } })).status;
    expect(await from({ Origin: `http://${host}` })).toBe(200);
    expect(await from({ Origin: "https://evil.example" })).toBe(403);
    expect(await from({ Origin: "http://127.0.0.1:1" })).toBe(403);
    expect(await from({ Origin: "null" })).toBe(403);
    expect(await from({ "Sec-Fetch-Site": "cross-site" })).toBe(403);
  });

  test("knows the name of a reverse proxy and its prefix", async () => {
    const address = await start({ allowedHosts: ["lab.example"], prefix: "/seqtune" });
    expect(address).toMatch(/\/seqtune\/$/);
    const headers = { Host: "lab.example", Origin: "https://lab.example" };
    expect((await send(address, "/seqtune/api/studies", { headers })).status).toBe(200);
    expect((await send(address, "/api/studies", { headers })).status).toBe(200);
    expect((await send(address, "/seqtune", { headers })).headers.location).toBe("/seqtune/");
  });

  test("says with every answer that nothing from elsewhere runs in it", async () => {
    const address = await start();
    for (const place of ["/", "/api/studies", "/api/nothing", "/api/studies/nobody"]) {
      const { headers } = await send(address, place);
      expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(
      (await send(address, "/", { headers: { Host: "evil" } })).headers["content-security-policy"],
    ).toBeDefined();
  });

  test.each([
    "/../package.json",
    "/..%2f..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/assets/../../../study.db",
    "/api/../../study.db",
    "//etc/passwd",
    "/..\\package.json",
    "/%00",
    "/%",
  ])("has no file at %s", async (place) => {
    const answer = await send(await start(), place);
    expect([400, 404]).toContain(answer.status);
  });

  test("asks for the token where it has one, and takes it once from the address", async () => {
    const token = "a token of sixteen";
    const address = await start({ token });
    const { host, search } = new URL(address);
    const as = async (place: string, headers: Record<string, string> = {}) =>
      await send(address, place, { headers: { Host: host, ...headers } });
    expect((await as("/")).status).toBe(401);
    expect((await as("/api/studies")).status).toBe(401);
    expect((await as("/api/studies", { Authorization: "Bearer wrong" })).status).toBe(401);
    expect((await as("/api/studies", { Authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await as("/?token=wrong")).status).toBe(401);
    const entered = await as(`/${search}`);
    expect([entered.status, entered.headers.location]).toEqual([303, "./"]);
    const cookie = entered.headers["set-cookie"]![0]!;
    expect(cookie).toContain("HttpOnly; SameSite=Strict");
    expect((await as("/api/studies", { Cookie: cookie.split(";")[0]! })).status).toBe(200);
  });

  test("does not open for other machines without a token", async () => {
    const cli = startCli(["dashboard", "--db", db, "--host", "0.0.0.0", "--port", "0"]);
    const { how, stderr } = await cli.ended;
    expect([how, stderr]).toEqual([1, expect.stringContaining("--host 0.0.0.0: other machines could read")]);
  });
});

describe("seqtune dashboard", () => {
  test("prints its address, answers, and ends by a signal", async () => {
    makeSampleDatabase(db);
    const cli = startCli(["dashboard", "--db", db, "--port", "0"]);
    const address = await cli.line("http://127.0.0.1:");
    expect(await json(address, "/api/studies")).toHaveLength(2);
    cli.kill("SIGINT");
    expect(await cli.ended).toEqual({ how: 0, stderr: "" });
  });

  test("takes the next port where 8080's are taken, and says when a chosen one is", async () => {
    const taken = new URL(await start()).port;
    await expect(start({ port: Number(taken) })).rejects.toThrow(`port ${taken} of 127.0.0.1 is taken`);
    const next = await start({ port: Number(taken), orNext: true });
    expect(Number(new URL(next).port)).toBeGreaterThan(Number(taken));
  });

  test("refuses a file that is no database of ours", async () => {
    await expect(start({ db: folder })).rejects.toThrow("is not a file");
    await expect(start({ db: path.join(folder, "no", "such.db") })).rejects.toThrow("does not exist");
  });
});

describe("actions", () => {
  const token = "sixteen letters!";
  const path = "/api/studies/night-k3y/trials/0/stop";

  beforeEach(() => {
    makeSampleDatabase(db);
  });

  test("are refused without a token, without --actions, and to other pages", async () => {
    const open = await start();
    expect((await send(open, path, { method: "POST" })).status).toBe(403);
    const bearer = { Authorization: `Bearer ${token}` };
    expect((await send(open, path, { method: "POST", headers: bearer })).status).toBe(405);
    const address = await start({ token, actions: true });
    const { host } = new URL(address);
    const as = async (headers: Record<string, string>) =>
      (await send(address, path, { method: "POST", headers })).status;
    expect(await as({ Origin: `http://${host}` })).toBe(401);
    expect(await as({ Authorization: "Bearer wrong" })).toBe(401);
    expect(await as({ ...bearer, Origin: "https://evil.example" })).toBe(403);
    const entered = await send(address, `/?token=${encodeURIComponent(token)}`);
    const Cookie = entered.headers["set-cookie"]![0]!.split(";")[0]!;
    expect(await as({ Cookie })).toBe(403);
    const store = openStore(db);
    expect(store.trial(store.findStudy("night")!.id, 0)!.state).toBe("running");
    store.close();
    expect(await as({ Cookie, Origin: `http://${host}` })).toBe(200);
  });

  test("stop a trial and a study, and say what was done or why not", async () => {
    const address = await start({ token, actions: true });
    const post = async (place: string) => {
      const answer = await send(address, place, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
      });
      return [answer.status, JSON.parse(answer.text)];
    };
    expect(await post(path)).toEqual([
      200,
      { done: "trial 0 of night is cancelled; the study is not running" },
    ]);
    expect(await post(path)).toEqual([409, { error: "trial 0 of night has ended already: cancelled" }]);
    expect(await post("/api/studies/night-k3y/stop")).toEqual([
      200,
      { done: "study night is stopped; it was not running" },
    ]);
    expect(await post("/api/studies/none/stop")).toMatchObject([
      404,
      { error: expect.stringContaining("none") },
    ]);
  });
});
