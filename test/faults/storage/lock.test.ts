import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockStudy, StudyLocked } from "../../../storage/lock.ts";
import { startScript, type Script } from "../../support/script.ts";

const HOLDER = new URL("lock-holder.ts", import.meta.url);
const me = { pid: process.pid, host: hostname() };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-lock-"));
  file = path.join(folder, "studies.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a lock outlives nothing but its process: SIGKILL frees it", async () => {
  const holder = startScript(HOLDER, [file, "a"]);
  await holder.line("held");
  expect(() => lockStudy(file, "a", me)).toThrow(new StudyLocked("a", { pid: holder.pid, host: hostname() }));
  holder.kill("SIGKILL");
  await holder.ended;
  const lock = lockStudy(file, "a", me);
  expect(() => lockStudy(file, "a", me)).toThrow(new StudyLocked("a", me));
  lock.release();
});

test("a stopped holder keeps its lock", async () => {
  const holder = startScript(HOLDER, [file, "a"]);
  await holder.line("held");
  holder.kill("SIGSTOP");
  expect(() => lockStudy(file, "a", me)).toThrow(StudyLocked);
  holder.kill("SIGKILL");
  await holder.ended;
});

test("of many that want it at the same moment one gets it", async () => {
  const contenders = Array.from({ length: 5 }, () => startScript(HOLDER, [file, "a"]));
  const verdicts = await Promise.all(contenders.map(verdict));
  expect(verdicts.sort()).toEqual(["held", "refused", "refused", "refused", "refused"]);
  for (const contender of contenders) contender.kill("SIGKILL");
  await Promise.all(contenders.map((contender) => contender.ended));
});

async function verdict(script: Script): Promise<string> {
  return Promise.race([script.line("held"), script.line("refused")]);
}
