import { hostname } from "node:os";
import { expect, test } from "vitest";
import { lockStudy, StudyLocked } from "../../../storage/lock.ts";
import { db as file } from "../../support/folder-per-test.ts";
import { startScript, type Script } from "../../support/script.ts";

const HOLDER = new URL("lock-holder.ts", import.meta.url);
const me = { pid: process.pid, host: hostname() };

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

test("of many processes that want a study's lock at the same moment one gets it", async () => {
  const contenders = Array.from({ length: 5 }, () => startScript(HOLDER, [file, "a"]));
  const verdicts = await Promise.all(contenders.map(verdict));
  expect(verdicts.sort()).toEqual(["held", "refused", "refused", "refused", "refused"]);
  for (const contender of contenders) contender.kill("SIGKILL");
  await Promise.all(contenders.map((contender) => contender.ended));
});

async function verdict(script: Script): Promise<string> {
  return Promise.race([script.line("held"), script.line("refused")]);
}
