/** Two coordinators of one study, the first of them stopped for a while; row 14 of the table of faults. */
import { cpSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { isStopped } from "../../support/alive.ts";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { inLab, type FaultLabOptions } from "./fault-lab.ts";

const size: FaultLabOptions = { trials: 8, epochs: 30, epochMs: 100, leaseMs: 30_000 };

it("a coordinator that was stopped (SIGSTOP) while another took its study over ends without touching it", async () => {
  await inLab(size, async (lab) => {
    const first = lab.command("run");
    for (const name of ["one", "two"]) lab.work(name);
    await lab.untilEpochs(20);
    first.kill("SIGSTOP");
    await until(() => isStopped(first.pid), "it to stand still");
    const stoppedAt = Date.now();

    const sameDatabase = await lab.command("resume").ended;
    expect(sameDatabase.how).toBe(1);
    expect(sameDatabase.stderr).toMatch(/is being run by process \d+ on .* already; wait for it, or end it/);

    // The same study on another machine: a copy of the database, which no file lock protects.
    const home = path.dirname(lab.db);
    const elsewhere = path.join(lab.folder, "elsewhere");
    cpSync(home, elsewhere, { recursive: true });
    const db = path.join(elsewhere, path.basename(lab.db));
    const second = lab.command("resume", { db });
    await second.line("study faults goes on");
    await until(() => second.lines.some((line) => line.startsWith("trial")), "it to drive");

    first.kill("SIGCONT");
    const wokenAt = performance.now();
    const { how } = await first.ended;
    const endedMs = Math.round(performance.now() - wokenAt);
    expect(how).toBe(130);
    expect(first.lines.join("\n")).toMatch(/study interrupted: study .* is already driven by process \d+ on/);
    // It may have stood still in the middle of a commit, which ends now.
    expect(recordedAt(lab.db).filter((at) => at > stoppedAt)).toEqual([]);

    expect(await lab.verdict(second, db)).toEqual([]);
    figure([14], "a coordinator woken after another took over", `ended ${endedMs} ms later, 0 trials double`);
  });
});

function recordedAt(db: string): readonly number[] {
  const store = openStore(db, { readonly: true });
  try {
    return Array.from(store.reports(store.findStudy("faults")!.id), ({ at }) => at);
  } finally {
    store.close();
  }
}
