import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { Presser } from "../../storage/sqlite/presser.ts";
import { useFolder } from "../support/use-folder.ts";
import { newStudy } from "../support/study-writes.ts";

const place = useFolder();

/** Runs that end when they are told to. */
function runs() {
  const ends: ((error?: Error) => void)[] = [];
  const press = (): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  return { ends, presser: new Presser(press) };
}

/** Whatever follows from what has ended has begun. */
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

it("a presser lets those who ask while a run is under way share the next one, which begins after it", async () => {
  const { ends, presser } = runs();
  const done: string[] = [];
  const first = presser.pressed().then(() => done.push("first"));
  const second = presser.pressed().then(() => done.push("second"));
  const third = presser.pressed().then(() => done.push("third"));
  await settled();
  expect(ends).toHaveLength(1);
  ends[0]!();
  await first;
  await settled();
  expect({ runs: ends.length, done }).toEqual({ runs: 2, done: ["first"] });
  ends[1]!();
  await Promise.all([second, third]);
  expect({ runs: ends.length, done }).toEqual({ runs: 2, done: ["first", "second", "third"] });
});

it("a presser tells only those of a run that it failed, and begins again for the others", async () => {
  const { ends, presser } = runs();
  const first = presser.pressed();
  const second = presser.pressed();
  ends[0]!(new Error("no room"));
  await expect(first).rejects.toThrow("no room");
  await settled();
  ends[1]!();
  await second;
});

it("a database finds what it has written, also by way of a link, to wait until it is on the disk", async () => {
  const elsewhere = path.join(place.folder, "elsewhere");
  mkdirSync(elsewhere);
  const real = path.join(elsewhere, "studies.db");
  openStore(real).close();
  const link = path.join(place.folder, "link.db");
  symlinkSync(real, link);
  const store = openStore(link);
  store.createStudy(newStudy());
  await Promise.all([store.durable(), store.durable()]);
  store.close();
});
