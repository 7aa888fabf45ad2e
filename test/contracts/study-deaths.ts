import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Attempt, StudyStore } from "../../storage/store.ts";
import { isAlive } from "../support/alive.ts";
import { descendants, killTree } from "../support/descendants.ts";
import { until } from "../support/until.ts";
import type { Script } from "../support/script.ts";
import { folder } from "../support/folder-per-test.ts";
import { existsSync } from "node:fs";
import path from "node:path";

/** Something that can be a study: how it is driven, and which of its processes may die. */
export interface TunedKind {
  /** Makes study "s" in this database and drives it to its end. */
  readonly begin: (db: string) => Script;
  /** Drives it on after its driver has died. */
  readonly goOn: (db: string) => Script;
  /** Processes under the driver, or under what is beside it, by name: a piece of their command line. */
  readonly others: Readonly<Record<string, RegExp>>;
  /** Starts what works for the study without belonging to its driver: a machine of a lab. Called again when that was killed. */
  readonly beside?: () => Script;
}

/** What every study keeps to, whatever it tunes, when kill -9 hits a process of it in the middle of a trial. */
export function studyDeaths(name: string, kind: TunedKind): void {
  describe(`a study of ${name}`, () => {
    const beside: Script[] = [];
    const startBeside = (): void => {
      if (kind.beside !== undefined) beside.push(kind.beside());
    };
    beforeEach(startBeside);
    afterEach(async () => {
      for (const script of beside) script.kill("SIGKILL");
      await Promise.all(beside.splice(0).map(({ ended }) => ended));
    });

    it("whose driver is killed leaves no process behind, and decides the same when it goes on", async () => {
      const db = path.join(folder, "killed.db");
      const driver = kind.begin(db);
      const left: number[] = [];
      for (const reports of [4, 12]) {
        const current = reports === 4 ? driver : kind.goOn(db);
        await reportsOf(current, db, reports);
        left.push(...descendants(current.pid).map(({ pid }) => pid));
        current.kill("SIGKILL");
        expect((await current.ended).how).toBe("SIGKILL"); // in the middle
      }
      await until(() => !left.some(isAlive), "the end of what it had started");
      expect(await kind.goOn(db).ended).toMatchObject({ how: 0 });
      await expectAsUndisturbed(kind, db);
    });

    const others = Object.entries(kind.others);
    it.each(others)("whose %s is killed goes on by itself, and decides the same", async (_, command) => {
      const db = path.join(folder, "killed.db");
      const driver = kind.begin(db);
      await reportsOf(driver, db, 4);
      const killed = (): boolean => {
        const all = [driver, ...beside].flatMap(({ pid }) => descendants(pid));
        const pid = all.find((one) => command.test(one.command))?.pid;
        return pid !== undefined && wasKilled(pid);
      };
      await until(killed, "the process");
      expect(await driver.ended).toMatchObject({ how: 0 });
      expect(attemptsIn(db).filter(({ attempt }) => attempt === 2)).toHaveLength(1);
      await expectAsUndisturbed(kind, db);
    });

    it.runIf(kind.beside)(
      "whose machine is killed goes on when it is back, and decides the same",
      async () => {
        const db = path.join(folder, "killed.db");
        const driver = kind.begin(db);
        await reportsOf(driver, db, 4);
        const [machine] = beside;
        killTree(machine!.pid);
        await machine!.ended;
        startBeside();
        expect(await driver.ended).toMatchObject({ how: 0 });
        const states = attemptsIn(db).map(({ attempt, state }) => `${attempt} ${state}`);
        expect(states.filter((state) => state.startsWith("1 ") && state !== "1 complete")).toEqual([
          "1 lost",
        ]);
        await expectAsUndisturbed(kind, db);
      },
    );
  });
}

/** False: it had ended before. */
function wasKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

function attemptsIn(db: string): readonly Attempt[] {
  const store = openStore(db, { readonly: true });
  try {
    return store.attempts(store.findStudy("s")!.id);
  } finally {
    store.close();
  }
}

/** Waits for that many; fails with its last words where the driver ends before. */
async function reportsOf(driver: Script, db: string, count: number): Promise<void> {
  let over: string | null = null;
  void driver.ended.then(({ how, stderr }) => (over = `it ended with ${how}: ${stderr}`));
  await until(() => reportsIn(db) >= count || over !== null, `${count} reports`);
  if (over !== null) throw new Error(over);
}

function reportsIn(db: string): number {
  if (!existsSync(db)) return 0;
  try {
    const store = openStore(db, { readonly: true });
    const study = store.findStudy("s");
    const count = study === null ? 0 : [...store.reports(study.id)].length;
    store.close();
    return count;
  } catch {
    return 0; // it is being made
  }
}

/** Each trial once, with each of its epochs once; none is still taken for running; all as in a study that nothing happened to. */
async function expectAsUndisturbed(kind: TunedKind, db: string): Promise<void> {
  const calm = path.join(folder, "calm.db");
  expect(await kind.begin(calm).ended).toMatchObject({ how: 0 });
  const [undisturbed, store] = [calm, db].map((file) => openStore(file, { readonly: true })) as [
    StudyStore,
    StudyStore,
  ];
  const study = store.findStudy("s")!;
  expect(study.state).toBe("complete");
  expect(factsOf(store)).toEqual(factsOf(undisturbed));
  for (const { number, epochsDone } of store.trials(study.id)) {
    const epochs = store.curve(study.id, number).map(({ epoch }) => epoch);
    expect(epochs).toEqual(Array.from({ length: epochsDone }, (_, index) => index + 1));
  }
  const open = store.attempts(study.id).filter(({ state }) => state === "running" || state === "offered");
  expect(open).toEqual([]);
  for (const one of [undisturbed, store]) one.close();
}

function factsOf(store: StudyStore): unknown {
  const study = store.findStudy("s")!;
  const { id } = study;
  // Ranks, front and what is infeasible, where there are several goals.
  const goals = leaderboard(store, study).trials.map(({ number, goals: own }) => [number, own]);
  const trials = store.trials(id).map(({ number, params, seed, state, value, epochsDone }) => ({
    number,
    params,
    seed,
    state,
    value,
    epochsDone,
  }));
  return { trials, goals };
}
