import { writeFileSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../storage/errors.ts";
import { lockStudy, StudyLocked } from "../../storage/lock.ts";
import { db as file, folder } from "../support/folder-per-test.ts";

describe("the lock of a study", () => {
  const me = { pid: 41, host: "lab7" };

  test("has one holder, whose name the others hear", () => {
    const lock = lockStudy(file, "etth1-1", me);
    expect(() => lockStudy(file, "etth1-1", { pid: 42, host: "lab8" })).toThrow(
      new StudyLocked("etth1-1", me),
    );
    expect(() => lockStudy(file, "etth1-1", { pid: 42, host: "lab8" })).toThrow(
      "study etth1-1 is being run by process 41 on lab7 already",
    );
    lock.release();
  });

  test("is free again once released", () => {
    lockStudy(file, "etth1-1", me).release();
    const lock = lockStudy(file, "etth1-1", me);
    lock.release();
    lock.release();
  });

  test("is one for each study of each database", () => {
    const locks = [
      lockStudy(file, "a", me),
      lockStudy(file, "b", me),
      lockStudy(path.join(folder, "other.db"), "a", me),
    ];
    for (const lock of locks) lock.release();
  });

  test("stays when nobody kept what would release it", () => {
    lockStudy(file, "a", me);
    collectGarbage();
    expect(() => lockStudy(file, "a", me)).toThrow(StudyLocked);
  });

  test("does not need to know its holder", () => {
    const lock = lockStudy(file, "a", me);
    writeFileSync(path.join(`${file}.locks`, "a.owner"), '{"pid":');
    expect(() => lockStudy(file, "a", me)).toThrow(new StudyLocked("a", null));
    lock.release();
  });

  test("says when there is no place for it", () => {
    writeFileSync(`${file}.locks`, "a file where the folder should be");
    expect(() => lockStudy(file, "a", me)).toThrow(StoreError);
  });
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}
