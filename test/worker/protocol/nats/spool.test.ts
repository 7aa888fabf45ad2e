import { appendFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttemptRef } from "../../../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../../../worker/protocol/messages.ts";
import { SpoolFolder } from "../../../../worker/protocol/nats/worker/spool-folder.ts";
import { AttemptSpool } from "../../../../worker/protocol/nats/worker/spool.ts";

const ref: AttemptRef = { study: "s1", trial: 4, attempt: 2 };
let root: string;
let problems: Error[];

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "seqtune-spool-"));
  problems = [];
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true, maxRetries: 10 });
});

const onProblem = (problem: Error): void => {
  problems.push(problem);
};

function report(n: number): WorkerMessage {
  return { kind: "report", ref, n, worker: "w1", epoch: n, metrics: { val_mse: n }, seconds: 1 };
}

const ended: WorkerMessage = { kind: "ended", ref, n: 9, worker: "w1", end: { kind: "complete" } };

function add(spool: AttemptSpool, message: WorkerMessage): void {
  spool.append(message, JSON.stringify(message));
}

describe("a spool", () => {
  it("is on the disk before anything is sent, and is restored from there", () => {
    const spool = new AttemptSpool(root, ref, onProblem);
    for (const n of [1, 2, 3]) add(spool, report(n));
    const restored = AttemptSpool.restore(root, ref, onProblem);
    expect(restored.messages.map((message) => JSON.parse(message.json))).toEqual([1, 2, 3].map(report));
  });

  it("leaves out a line that was being written when its process died", () => {
    const spool = new AttemptSpool(root, ref, onProblem);
    for (const n of [1, 2]) add(spool, report(n));
    appendFileSync(path.join(root, "s1.4.2.jsonl"), JSON.stringify(report(3)).slice(0, 40));
    expect(AttemptSpool.restore(root, ref, onProblem).messages.map((message) => message.n)).toEqual([1, 2]);
  });

  it("keeps what is not committed, and its file until the end of the attempt is", () => {
    const file = path.join(root, "s1.4.2.jsonl");
    const spool = new AttemptSpool(root, ref, onProblem);
    for (const n of [1, 2, 3]) add(spool, report(n));
    spool.committed(2);
    expect(spool.messages.map((message) => message.n)).toEqual([3]);
    spool.committed(3);
    expect(existsSync(file)).toBe(true);
    add(spool, ended);
    spool.committed(9);
    expect(existsSync(file)).toBe(false);
  });

  it("sends in order, and again as a repeat only what the server had", () => {
    const spool = new AttemptSpool(root, ref, onProblem);
    for (const n of [1, 2, 3]) add(spool, report(n));
    spool.next(0)[0]!.state = "stored";
    expect(spool.next(0)[0]?.n).toBe(2);
    spool.resend();
    expect(spool.messages.map(({ n, again }) => [n, again])).toEqual([
      [1, true],
      [2, false],
      [3, false],
    ]);
    expect(spool.next(0)[0]?.n).toBe(1);
  });

  it("goes on in memory when the disk refuses, and says so", () => {
    const readOnly = path.join(root, "file");
    writeFileSync(readOnly, "not a folder");
    const spool = new AttemptSpool(path.join(readOnly, "below"), ref, onProblem);
    add(spool, report(1));
    expect(spool.next(0)[0]?.n).toBe(1);
    expect(problems[0]?.message).toMatch(/cannot write .*s1\.4\.2\.jsonl/);
  });
});

describe("a folder of spools", () => {
  it("takes over what a dead process left, and leaves alone what a living one has", () => {
    const living = new SpoolFolder(root, "living", onProblem);
    add(living.spool({ ...ref, trial: 1 }), { ...report(1), ref: { ...ref, trial: 1 } });
    own(living, process.ppid);
    const dead = new SpoolFolder(root, "dead", onProblem);
    add(dead.spool(ref), report(1));
    own(dead, 2 ** 22 + 1); // no such process

    const next = new SpoolFolder(root, "next", onProblem);
    expect(next.adopt().map((spool) => spool.ref)).toEqual([ref]);
    expect(next.adopt()).toEqual([]);
    expect(readdirSync(root).length).toBe(2);
  });

  it("takes over what was adopted by a process that died in turn", () => {
    const first = new SpoolFolder(root, "first", onProblem);
    add(first.spool(ref), report(1));
    own(first, 2 ** 22 + 1);
    const second = new SpoolFolder(root, "second", onProblem);
    second.adopt();
    own(second, 2 ** 22 + 2);
    const third = new SpoolFolder(root, "third", onProblem);
    expect(third.adopt().map((spool) => spool.ref)).toEqual([ref]);
  });

  it("leaves alone another machine's worker that spoke lately", () => {
    const other = new SpoolFolder(root, "other", onProblem);
    add(other.spool(ref), report(1));
    writeFileSync(path.join(other.path, "owner.json"), JSON.stringify({ host: `not-${hostname()}`, pid: 1 }));
    expect(new SpoolFolder(root, "mine", onProblem).adopt()).toEqual([]);
  });

  it("finds what an earlier process of the same name left, and goes when nothing is left", () => {
    const before = new SpoolFolder(root, "w/1 on host", onProblem);
    add(before.spool(ref), report(1));
    const again = new SpoolFolder(root, "w/1 on host", onProblem);
    const [spool] = again.leftovers();
    expect(spool?.complete).toBe(true);
    spool?.committed(1);
    again.leave();
    expect(readdirSync(root)).toEqual([]);
  });

  it("can be read by its owner only", () => {
    const folder = new SpoolFolder(root, "w1", onProblem);
    add(folder.spool(ref), report(1));
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder.path, "s1.4.2.jsonl")).mode & 0o777).toBe(0o600);
  });
});

function own(folder: SpoolFolder, pid: number): void {
  writeFileSync(path.join(folder.path, "owner.json"), JSON.stringify({ host: hostname(), pid }));
}
