/** Attempts at trials by programs that are broken or hostile. */
import { existsSync, writeFileSync } from "node:fs";
import { expect, describe, it } from "vitest";
import { isAlive } from "../support/alive.ts";
import { folder } from "../support/folder-per-test.ts";
import { startScript } from "../support/script.ts";
import { until } from "../support/until.ts";

import { endOf, made, node, pidIn, shell, values, written } from "../support/program-attempt.ts";

describe("a hostile program", () => {
  const said = `console.log(JSON.stringify({ val_loss: 1 }));`;

  it("that leaves 200 processes behind leaves none", async () => {
    const attempt = shell(
      `for i in $(seq 200); do sleep 1000 & echo $! >>pids; done; echo '{"val_loss": 1}'`,
    );
    const { end, log } = await endOf(attempt);
    expect(end).toEqual({ kind: "complete" });
    expect(log?.notes).toEqual(["it left 200 processes behind when it ended, which were ended"]);
    const pids = written("pids").trim().split("\n").map(Number);
    expect(pids).toHaveLength(200);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")(
    "that hides a process in a session of its own leaves none",
    async () => {
      const attempt = shell(
        `setsid sh -c 'echo $$ >hidden; exec sleep 1000' >/dev/null 2>&1 & until test -s hidden; do sleep 0.01; done; echo '{"val_loss": 1}'`,
      );
      expect((await endOf(attempt)).end).toEqual({ kind: "complete" });
      expect(isAlive(pidIn("hidden"))).toBe(false);
    },
  );

  it("that prints 300 MB, 100 MB of it in one line, costs time and no memory", async () => {
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const attempt = shell(
      `echo '{"val_loss": 1}'; head -c 100000000 /dev/zero | tr '\\0' x; echo; yes 'a line of nothing in particular' | head -c 200000000; echo end`,
    );
    const { end, log } = await endOf(attempt);
    clearInterval(watch);
    expect(end).toEqual({ kind: "complete" });
    expect(log?.lines).toHaveLength(200);
    expect(log?.lines.at(-1)).toMatch(/end$/);
    expect(most - before).toBeLessThan(150e6);
  });

  it("that closes its standard output goes on by its file of reports", async () => {
    const attempt = shell(
      `exec >&- 2>&-; for e in 1 2 3; do echo "{\\"epoch\\": $e, \\"val_loss\\": $e}" >>"$SEQTUNE_REPORTS"; sleep 0.05; done`,
    );
    expect((await endOf(attempt)).end).toEqual({ kind: "complete" });
    expect(values(attempt)).toHaveLength(3);
  });

  it("that writes a checkpoint of 10 GB gets a note that it is not kept", async () => {
    const attempt = node(
      `const fs = require("fs"); const file = process.env.SEQTUNE_CHECKPOINT + "/big";
       fs.writeFileSync(file, ""); fs.truncateSync(file, 10e9); ${said}`,
      { epochs: 1, pauses: true },
    );
    const { end, checkpoint, log } = await endOf(attempt);
    expect(end).toEqual({ kind: "paused", epoch: 0 });
    expect(checkpoint).toBeUndefined();
    expect(log?.notes[0]).toMatch(/^the checkpoint folder was not kept: it holds .* of 10.0 GB/);
  });

  it("that prints terminal escapes shows none", async () => {
    const { log } = await endOf(
      shell(`printf '\\033[2J\\033]0;title\\007\\033[31mred\\033[0m\\n'; echo '{"val_loss": 1}'`),
    );
    expect(log?.lines).toEqual(["red"]);
  });

  it("that floods its reports is heard until its trial is over", async () => {
    const attempt = node(
      `const fs = require("fs"); for (let e = 1; e <= 50000; e++) fs.appendFileSync(process.env.SEQTUNE_REPORTS, JSON.stringify({ epoch: e, val_loss: e }) + "\\n");`,
      { epochs: 100, graceMs: 100 },
    );
    const { end } = await endOf(attempt);
    expect(end).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("it reported epoch 101, and a trial has 100 epochs"),
    });
    expect(values(attempt)).toHaveLength(100);
  });

  it("dies with its worker, also of kill -9", async () => {
    writeFileSync(
      made("loop.sh"),
      `echo $$ >program; sleep 1000 & echo $! >child; trap '' TERM; while :; do sleep 0.05; done`,
    );
    const worker = startScript(new URL("../support/program-host.ts", import.meta.url), [folder]);
    await until(() => existsSync(made("child")) && written("child") !== "", "the program");
    const pids = [pidIn("program"), pidIn("child")];
    expect(pids.map(isAlive)).toEqual([true, true]);
    worker.kill("SIGKILL");
    await until(() => !pids.some(isAlive), "the program's end");
  });
});
