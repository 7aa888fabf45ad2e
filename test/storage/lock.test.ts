import { writeFileSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../storage/errors.ts";
import { lockStudy, StudyLocked } from "../../storage/lock.ts";
import { useFolder } from "../support/use-folder.ts";

describe("the lock of a study", () => {
  const place = useFolder();
  const me = { pid: 41, host: "lab7" };

  test("has one holder, whose name the others hear", () => {
    const lock = lockStudy(place.db, "etth1-1", me);
    expect(() => lockStudy(place.db, "etth1-1", { pid: 42, host: "lab8" })).toThrow(
      new StudyLocked("etth1-1", me),
    );
    expect(() => lockStudy(place.db, "etth1-1", { pid: 42, host: "lab8" })).toThrow(
      "study etth1-1 is being run by process 41 on lab7 already",
    );
    lock.release();
  });

  test("is free again once released", () => {
    lockStudy(place.db, "etth1-1", me).release();
    const lock = lockStudy(place.db, "etth1-1", me);
    lock.release();
    lock.release();
  });

  test("is one for each study of each database", () => {
    const locks = [
      lockStudy(place.db, "a", me),
      lockStudy(place.db, "b", me),
      lockStudy(path.join(place.folder, "other.db"), "a", me),
    ];
    for (const lock of locks) lock.release();
  });

  test("stays when the handle that would release it is dropped", () => {
    lockStudy(place.db, "a", me);
    collectGarbage();
    expect(() => lockStudy(place.db, "a", me)).toThrow(StudyLocked);
  });

  test("does not need to know its holder", () => {
    const lock = lockStudy(place.db, "a", me);
    writeFileSync(path.join(`${place.db}.locks`, "a.owner"), '{"pid":');
    expect(() => lockStudy(place.db, "a", me)).toThrow(new StudyLocked("a", null));
    lock.release();
  });

  test("says when there is no place for it", () => {
    writeFileSync(`${place.db}.locks`, "a file where the folder should be");
    expect(() => lockStudy(place.db, "a", me)).toThrow(StoreError);
  });
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}
