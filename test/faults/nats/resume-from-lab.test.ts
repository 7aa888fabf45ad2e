/** A study taken over by hand from what the lab's server holds; row 27 of the table of faults. */
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { inLab, type FaultLabOptions } from "./fault-lab.ts";

const size: FaultLabOptions = { trials: 10, epochs: 20, epochMs: 60, leaseMs: 10_000 };

it("resume --from-lab goes on with a study whose machine is gone, without its database, and ends as if nothing had happened", async () => {
  await inLab(size, async (lab) => {
    const [lost, found] = ["lost", "found"].map((name) => path.join(lab.folder, name));
    await Promise.all([mkdir(lost!), mkdir(found!)]);
    const db = path.join(found!, "study.db");
    const first = lab.command("run", {
      db: path.join(lost!, "study.db"),
      args: ["--backup-every", "2s"],
    });
    lab.work("one");
    await first.line("trial 2 complete");
    lab.kill("one"); // so that nothing ends while this machine is slow

    const tooEarly = lab.command("resume", { db, args: ["--from-lab", "faults"] });
    expect((await tooEarly.ended).how).toBe(1);
    expect((await tooEarly.ended).stderr).toContain("study faults is already driven by process");

    first.kill("SIGKILL");
    await first.ended;
    await rm(lost!, { recursive: true, force: true, maxRetries: 10 });
    const unknown = lab.command("resume", { db, args: ["--from-lab", "other"] });
    expect((await unknown.ended).stderr).toContain('no study "other" is backed up on');
    expect((await unknown.ended).how).toBe(1);

    const second = lab.command("resume", { db, args: ["--from-lab", "faults"] });
    for (const name of ["one", "two"]) lab.work(name);
    expect(await lab.verdict(second, db)).toEqual([]);

    const again = lab.command("resume", { db, args: ["--from-lab", "faults"] });
    expect((await again.ended).stderr).toContain(`${db} exists already`);
    expect((await again.ended).how).toBe(1);
  });
});
