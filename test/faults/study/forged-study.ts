import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { Coordinator } from "../../../orchestrator/coordinator/coordinator.ts";
import type { Ending } from "../../../orchestrator/coordinator/ending.ts";
import { StudyEvents } from "../../../orchestrator/events.ts";
import { keepAll } from "../../../search/pruner.ts";
import { rngFor, type Rng } from "../../../search/random.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import type { Assignment } from "../../../worker/protocol/assignment.ts";
import { refKey } from "../../../worker/protocol/ids.ts";
import { fileBlobs } from "../../../worker/protocol/local/file-blobs.ts";
import type { WorkerInfo, WorkerMessage } from "../../../worker/protocol/messages.ts";
import { ReportBatch } from "../../../worker/protocol/nats/coordinator/report-batch.ts";
import { namesFor, reportSubject } from "../../../worker/protocol/nats/server/names.ts";
import { settingsWith } from "../../../worker/protocol/settings.ts";
import { HandmadeBus } from "../../support/handmade-bus.ts";
import { Mutator } from "../../support/message-mutants.ts";
import { scriptedSpace } from "../../support/scripted-study.ts";

export const lastEpoch = 6;
const workers = 8;
const names = namesFor();
const engine = { engine: "none", backend: "none", version: "0", device: "none" };
const sha256 = "a".repeat(64);
/** What a report says of its maker stays: by it a report that counts for another is known. */
const kept: ReadonlySet<string> = new Set(["by_trial", "by_attempt", "by_worker"]);

/** What has been said of an attempt by its worker so far. */
interface Attempt {
  readonly assignment: Assignment;
  readonly worker: number;
  readonly script: readonly WorkerMessage[];
  next: number;
}

/** A study whose workers send damaged and forged messages among genuine ones. */
export class ForgedStudy {
  readonly store: StudyStore;
  readonly study: Study;
  /** Messages that were no longer what they had been, and how many of them the schema let through. */
  mutants = 0;
  admitted = 0;
  readonly notices: string[] = [];
  private readonly folder: string;
  private readonly bus: HandmadeBus;
  private readonly rng: Rng;
  private readonly mutator: Mutator;
  private readonly coordinator: Coordinator;
  private readonly running: Promise<Ending>;
  private readonly attempts = new Map<string, Attempt>();
  private sequence = 0;

  private constructor(folder: string, seed: number, store: StudyStore, study: Study) {
    this.folder = folder;
    this.store = store;
    this.study = study;
    this.rng = rngFor(seed, "forger");
    this.mutator = new Mutator(rngFor(seed, "mutants"));
    this.bus = new HandmadeBus(fileBlobs(path.join(folder, "files")));
    this.bus.onOffer = (assignment) => this.takeUp(assignment);
    const events = new StudyEvents();
    events.on((event) => {
      if (event.kind === "notice") this.notices.push(event.message);
    });
    this.coordinator = new Coordinator({
      study,
      store,
      bus: this.bus,
      events,
      clock: systemClock,
      leaseMs: 3_600_000,
      plan: {
        seed,
        budget: { epochs: lastEpoch },
        sampler: randomSampler(scriptedSpace),
        pruner: keepAll,
        data: { sha256, bytes: 1 },
        checkpointSeconds: null,
        bounds: new Map([["val_mse", { min: 0, max: Infinity }]]),
        settingsFor: (params) => settingsWith({ data: { targets: ["y"] }, model: {} }, params).data!,
      },
    });
    this.running = this.coordinator.run(new AbortController().signal);
  }

  static async begin(seed: number): Promise<ForgedStudy> {
    const folder = await mkdtemp(path.join(tmpdir(), "seqtune-forged-"));
    const store = openStore(path.join(folder, "study.db"));
    const study = store.createStudy({
      name: "forged",
      key: "forged-1",
      goal: "minimize",
      metric: "val_mse",
      seed,
      source: "",
      config: {},
      data: { sha256, bytes: 1, file: "y.csv" },
      versions: {},
      baselines: [],
      at: Date.now(),
    });
    const forged = new ForgedStudy(folder, seed, store, study);
    while (!forged.bus.isOpen) await setImmediate();
    for (let index = 0; index < workers; index++)
      forged.bus.handlers.worker({ kind: "seen", worker: about(index) });
    return forged;
  }

  /** Says genuine and damaged things until there were this many damaged ones. */
  async say(mutants: number): Promise<void> {
    while (this.mutants < mutants) {
      await setImmediate();
      this.forgetEnded();
      const batch = new ReportBatch();
      for (let i = 0; i < 40; i++) this.add(batch);
      this.admitted += batch.messages.length;
      this.bus.handlers.commit(batch.messages);
    }
  }

  async end(): Promise<void> {
    this.coordinator.abandon({ state: "interrupted", reason: "the test is over" });
    await this.running;
    this.store.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private forgetEnded(): void {
    for (const key of this.attempts.keys()) if (!this.bus.offered.has(key)) this.attempts.delete(key);
  }

  /** A free worker claims what is offered, at once. */
  private takeUp(assignment: Assignment): void {
    this.forgetEnded();
    const busy = new Set([...this.attempts.values()].map(({ worker }) => worker));
    const worker = Array.from({ length: workers }, (_, i) => i).find((index) => !busy.has(index));
    if (worker === undefined) throw new Error("more attempts than workers");
    const script = scriptOf(assignment, worker);
    this.attempts.set(refKey(assignment.ref), { assignment, worker, script, next: 0 });
    this.bus.handlers.claimed?.(assignment.ref, idOf(worker));
  }

  private add(batch: ReportBatch): void {
    const attempts = [...this.attempts.values()];
    if (attempts.length === 0) return;
    const attempt = attempts[this.rng.int(attempts.length)]!;
    const message = attempt.script[Math.min(attempt.next, attempt.script.length - 1)]!;
    if (this.rng.next() < 0.2) {
      attempt.next += 1;
      this.arrive(batch, message, JSON.stringify(message));
      return;
    }
    const any = attempt.script[this.rng.int(attempt.script.length)]!;
    const others = attempts.map(({ script }) => script[this.rng.int(script.length)]!);
    const text = this.mutator.mutate(any, others, kept);
    const other = others[this.rng.int(others.length)]!;
    if (isPossible(text, this.attempts)) return; // a worker that lies within what is possible is believed
    this.mutants += 1;
    this.arrive(batch, this.rng.next() < 0.8 ? any : other, text);
  }

  private arrive(batch: ReportBatch, { ref }: WorkerMessage, text: string): void {
    this.sequence += 1;
    batch.add(names, {
      seq: this.sequence,
      subject: reportSubject(names, ref),
      string: () => text,
      info: { pending: 0 },
      time: new Date(0),
    });
  }
}

/**
 * Is it what the attempt's own worker could say? Such a message no check can tell from a true one: that only its worker
 * sends it is the server's part (docs/security.md).
 */
function isPossible(text: string, attempts: ReadonlyMap<string, Attempt>): boolean {
  try {
    const { kind, ref, worker, metrics } = JSON.parse(text) as {
      kind: WorkerMessage["kind"];
      ref: WorkerMessage["ref"];
      worker: string;
      metrics?: Record<string, number>;
    };
    const attempt = attempts.get(refKey(ref));
    if (kind === "started" && attempt?.next === 0) return true; // whose claim the server forgot, another may have it
    if (attempt === undefined || worker !== idOf(attempt.worker)) return false;
    const { trial, attempt: number } = attempt.assignment.ref;
    const maker = { by_trial: trial, by_attempt: number, by_worker: attempt.worker };
    return Object.entries(maker).some(
      ([name, value]) => metrics?.[name] !== undefined && metrics[name] !== value,
    );
  } catch {
    return false;
  }
}

const idOf = (worker: number): string => `w${worker}`;

function about(worker: number): WorkerInfo {
  return { id: idOf(worker), host: "test", pid: 100 + worker, version: "0", labels: {} };
}

/** Everything an attempt's worker says, in order. */
function scriptOf(assignment: Assignment, by: number): readonly WorkerMessage[] {
  const { ref } = assignment;
  const common = { ref, worker: idOf(by) };
  const messages: WorkerMessage[] = [{ ...common, n: 0, kind: "started", engine }];
  const maker = { by_trial: ref.trial, by_attempt: ref.attempt, by_worker: by };
  for (let epoch = 1; epoch <= lastEpoch; epoch++) {
    const metrics = { val_mse: 1 / epoch, train_loss: 0.5, ...maker };
    messages.push({ ...common, n: messages.length, kind: "report", epoch, metrics, seconds: 0.1 });
    if (epoch % 2 === 0)
      messages.push({
        ...common,
        n: messages.length,
        kind: "checkpoint",
        epoch,
        checkpoint: { sha256, bytes: 10 },
      });
  }
  const model = { blob: { sha256, bytes: 10 }, epoch: lastEpoch };
  messages.push({ ...common, n: messages.length, kind: "ended", end: { kind: "complete" }, model });
  return messages;
}
