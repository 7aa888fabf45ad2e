/** One attempt at a trial by a program: real processes, well-behaved, broken and hostile. */
import { existsSync, writeFileSync } from "node:fs";
import { expect, describe, it } from "vitest";
import { readArchive } from "../../worker/protocol/program/archive.ts";
import { isAlive } from "../support/alive.ts";
import { folder } from "../support/folder-per-test.ts";
import { until } from "../support/until.ts";

import { endOf, made, pidIn, shell, start, values, written } from "../support/program-attempt.ts";

describe("a program", () => {
  it("gets its parameters as arguments, as a file and by name, and its variables", async () => {
    const script = `for a in "$@"; do echo "$a" >>args; done; cat "$SEQTUNE_PARAMS" >params; env | grep ^SEQTUNE_ | sort >vars; echo '{"val_loss": 1}'`;
    const params = { lr: 0.01, name: "a b", layers: [8, 4], deep: true };
    const command = ["/bin/sh", "-c", script, "sh", "${args}", "rate ${lr}", "${absent}", "--of=${params}"];
    expect((await endOf(start(command, { params }))).end).toEqual({ kind: "complete" });
    const [lr, name, layers, deep, rate, of] = written("args").split("\n");
    expect([lr, name, layers, deep, rate]).toEqual([
      "--lr=0.01",
      "--name=a b",
      "--layers=[8,4]",
      "--deep=true",
      "rate 0.01",
    ]);
    expect(of).toMatch(/^--of=\/.*params.json$/);
    expect(JSON.parse(written("params"))).toEqual(params);
    const variables = written("vars");
    expect(variables).toContain("SEQTUNE_TRIAL=4\n");
    expect(variables).toContain("SEQTUNE_ATTEMPT=2\n");
    expect(variables).toContain("SEQTUNE_SEED=7\n");
    expect(variables).toContain("SEQTUNE_EPOCHS=3\nSEQTUNE_FROM_EPOCH=0\n");
    expect(variables).toContain("SEQTUNE_METRIC=val_loss\n");
  });

  it("reports in the file or on standard output; the rest is its log", async () => {
    const attempt = shell(`
      echo 'loading…'; echo '{"level": "info", "message": "not a report"}'
      echo '{"epoch": 1, "val_loss": 3}'; printf '{"epoch": 2, "val_loss": NaN}\\r\\n' >>"$SEQTUNE_REPORTS"
      echo 'a warning' >&2; until test -e heard; do sleep 0.01; done; printf '{"epoch": 3, "val_loss": 1}'`);
    await until(() => values(attempt).length === 2, "the reports of two epochs");
    writeFileSync(made("heard"), "");
    const { end, log } = await endOf(attempt);
    expect(end).toEqual({ kind: "complete" });
    expect(values(attempt)).toEqual([
      [1, 3],
      [2, "NaN"],
      [3, 1],
    ]);
    expect(log).toEqual({
      lines: expect.arrayContaining([
        "loading…",
        '{"level": "info", "message": "not a report"}',
        "a warning",
      ]),
      notes: [],
    });
  });

  it("gets a note about a torn last line in its file of reports, and keeps what came before", async () => {
    const attempt = shell(`printf '{"epoch": 1, "val_loss": 3}\\n{"epoch": 2, "val_l' >>"$SEQTUNE_REPORTS"`, {
      epochs: 1,
    });
    const { end, log } = await endOf(attempt);
    expect(end).toEqual({ kind: "complete" });
    expect(log?.notes).toEqual(['a line of the file of reports is no JSON object: {"epoch": 2, "val_l']);
  });

  it("goes on from what it left in its checkpoint folder, and leaves its output folder", async () => {
    const script = `
      from=$(cat "$SEQTUNE_CHECKPOINT/state" 2>/dev/null || echo 0); test "$from" = "$SEQTUNE_FROM_EPOCH" || exit 9
      for e in $(seq $((from + 1)) "$SEQTUNE_EPOCHS"); do echo "{\\"epoch\\": $e, \\"val_loss\\": 0.$e}"; echo $e >"$SEQTUNE_CHECKPOINT/state"; done
      mkdir "$SEQTUNE_OUTPUT/w"; echo weights >"$SEQTUNE_OUTPUT/w/a"`;
    const first = await endOf(shell(script, { epochs: 2, pauses: true }));
    expect(first.end).toEqual({ kind: "paused", epoch: 2 });
    const from = { epoch: 2, checkpoint: { sha256: "0".repeat(64), bytes: 1 } };
    const attempt = shell(script, { epochs: 4, from, reported: 2, checkpoint: first.checkpoint!.bytes });
    const second = await endOf(attempt);
    expect(second.end).toEqual({ kind: "complete" });
    expect(values(attempt)).toEqual([
      [3, 0.3],
      [4, 0.4],
    ]);
    expect(new TextDecoder().decode(readArchive(second.model!.bytes)["w/a"])).toBe("weights\n");
  });

  it("that cannot be started fails with what is wrong", async () => {
    expect((await endOf(start(["no-such-program"]))).end).toEqual({
      kind: "failed",
      failure: "program",
      message: `no-such-program cannot be started in ${folder}: there is no such program, or no such folder`,
    });
  });

  it("says which of its numbers came when it forgot the metric", async () => {
    expect((await endOf(shell(`echo '{"epoch": 1, "loss": 3, "acc": 0.5}'`))).end).toMatchObject({
      message: "it said nothing about val_loss; it said: loss, acc",
    });
  });
});

describe("an order", () => {
  // What it goes on from is there before its report is: the order may come right behind that.
  const loop = `trap 'cat "$SEQTUNE_STOP" >why; exit 0' TERM; echo 1 >"$SEQTUNE_CHECKPOINT/s"; echo '{"epoch": 1, "val_loss": 1}'; while :; do sleep 0.01; done`;

  it.each([
    ["stop", { kind: "stopped" }],
    ["pause", { kind: "paused", epoch: 1 }],
    ["hand_back", { kind: "handed_back", epoch: 1 }],
  ] as const)("to %s is said by a signal and a file", async (how, expected) => {
    const attempt = shell(loop);
    await until(() => attempt.news.length > 0, "the first report");
    attempt.run.interrupt(how);
    const { end, checkpoint } = await endOf(attempt);
    expect(end).toEqual(expected);
    expect(written("why")).toBe(`${how}\n`);
    expect(checkpoint === undefined).toBe(how === "stop");
  });

  it("before the program has begun keeps it from beginning", async () => {
    const attempt = shell(`touch begun`);
    attempt.run.interrupt("stop");
    expect((await endOf(attempt)).end).toEqual({ kind: "stopped" });
  });

  it("that is ignored is followed by the end of the whole group", async () => {
    const attempt = shell(
      `trap '' TERM; (trap '' TERM; sh -c 'echo $$ >child; exec sleep 1000') & echo $$ >parent; echo '{"val_loss": 1}'; while :; do sleep 0.01; done`,
      { graceMs: 200 },
    );
    await until(() => existsSync(made("child")) && attempt.news.length > 0, "both processes");
    attempt.run.interrupt("stop");
    expect((await endOf(attempt)).end).toEqual({ kind: "stopped" });
    expect([isAlive(pidIn("parent")), isAlive(pidIn("child"))]).toEqual([false, false]);
  });

  it("of time: what takes too long fails", async () => {
    expect((await endOf(shell("sleep 1000", { timeoutMs: 300 }))).end).toMatchObject({
      message: "it took longer than its timeout, 0.3 s",
    });
  });
});
