/** The database is deleted or replaced while a study writes to it. */
import { existsSync } from "node:fs";
import { copyFile, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { newStudy, wholeTrial } from "../../support/study-writes.ts";
import { db, folder } from "../../support/folder-per-test.ts";
import { runCli } from "../../support/cli.ts";
import { inLab, type FaultLab } from "../nats/fault-lab.ts";

const size = { trials: 3, epochs: 60, epochMs: 50, leaseMs: 30_000 };

const losses: Readonly<Record<string, (lab: FaultLab) => Promise<void>>> = {
  deleted: async (lab) => await rm(lab.db),
  "deleted with what lies beside it": async (lab) => {
    for (const end of ["", "-wal", "-shm"]) await rm(`${lab.db}${end}`);
  },
  "replaced by a backup": async (lab) => {
    await copyFile(lab.db, `${lab.db}.old`);
    await rename(`${lab.db}.old`, lab.db);
  },
};

for (const [what, lose] of Object.entries(losses)) {
  it(`${what}: the study stops, says so, and nothing recorded is lost`, async () => {
    await inLab(size, async (lab) => {
      const coordinator = lab.command("run");
      lab.work("one");
      await lab.untilEpochs(10);
      await lose(lab);
      const { how, stderr } = await coordinator.ended;
      expect(how).toBe(1);
      expect(stderr).toMatch(/study\.db was deleted, moved or replaced.*study\.db\.rescued; put that back/);
      expect(stderr).not.toContain("internal error");

      await rm(lab.db, { force: true });
      await rename(`${lab.db}.rescued`, lab.db);
      expect(lab.epochs()).toBeGreaterThanOrEqual(10);
      expect(await lab.verdict(lab.command("resume"))).toEqual([]);
    });
  });
}

it("control: without the check a store records into a file that no one finds", async () => {
  const store = openStore(db);
  const study = store.createStudy(newStudy());
  await rename(db, `${db}.away`);
  expect(store.isInPlace()).toBe(false);
  expect(() => store.record(study.id, wholeTrial(0, [0.5]), "process")).toThrow(
    "was deleted, moved or replaced",
  );
  await store.backup(`${db}.rescued`); // with what was refused
  store.close();
  const rescued = openStore(`${db}.rescued`, { readonly: true });
  expect(rescued.trials(study.id).length).toBe(1);
  rescued.close();
});

it("stop, resume and evaluate make no database where there is none", async () => {
  const missing = path.join(folder, "missing.db");
  for (const command of [
    ["stop", "s"],
    ["resume", "s"],
    ["evaluate", "s"],
  ]) {
    const { code, stderr } = await runCli([...command, "--db", missing], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("there are no studies in") });
  }
  expect(existsSync(missing)).toBe(false);
  expect((await readdir(folder)).filter((name) => name.startsWith("missing"))).toEqual([]);
});
