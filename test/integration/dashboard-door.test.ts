import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { startCli } from "../support/cli-process.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { send } from "../support/http.ts";
import { addEtth1, makeSampleDatabase } from "../support/sample-studies.ts";

import { json, start } from "../support/dashboard-per-test.ts";

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

  test("refuses pages of other origins, including another port", async () => {
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

  test("forbids in every answer that anything from another origin runs in it", async () => {
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

  test("refuses a file that is not a database of seqtune", async () => {
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
    for (const other of ["/trials/0/invalid", "/enqueue", "/stop"])
      expect((await send(address, `/api/studies/night-k3y${other}`, { method: "POST" })).status).toBe(403);
  });

  test("mark a trial invalid with a reason, after which nothing counts it, and its record stays", async () => {
    const address = await start({ token, actions: true });
    const mark = async (trial: number, body: string) => {
      const headers = { Authorization: `Bearer ${token}` };
      const place = `/api/studies/etth1-k3y/trials/${trial}/invalid`;
      const answer = await send(address, place, { method: "POST", headers, body });
      return [answer.status, JSON.parse(answer.text)];
    };
    const bearer = { headers: { Authorization: `Bearer ${token}` } };
    const ask = async (place: string) => JSON.parse((await send(address, place, bearer)).text);
    expect(await mark(0, "{")).toMatchObject([409, { error: expect.stringContaining("cannot be read") }]);
    expect(await mark(0, '{"reason": " "}')).toMatchObject([
      409,
      { error: expect.stringContaining("say in 1 to 1000 characters") },
    ]);
    expect(await mark(0, '{"reason": "trained on the wrong file"}')).toMatchObject([
      200,
      { done: expect.stringContaining("marked invalid") },
    ]);
    expect(await mark(0, '{"reason": "again"}')).toMatchObject([
      409,
      { error: expect.stringContaining("marked invalid already: trained on the wrong file") },
    ]);
    const board = await ask("/api/studies/etth1-k3y/leaderboard");
    expect(board).toMatchObject({
      counts: { complete: 1, invalid: 1 },
      trials: [{ number: 4 }, {}, {}, {}, {}],
    });
    expect(await ask("/api/studies/etth1-k3y/trials/0")).toMatchObject({
      outcome: "invalid",
      reason: "trained on the wrong file",
      value: null,
      curve: [{ value: 0.6 }, { value: 0.4 }, { value: 0.3 }],
    });
    expect(await ask("/api/studies")).toContainEqual(expect.objectContaining({ name: "etth1", best: 0.35 }));
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
