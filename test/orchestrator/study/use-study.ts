import { afterEach, beforeEach, expect } from "vitest";
import type { EarlyEnd, StudyPlan } from "../../../orchestrator/coordinator/plan.ts";
import { deliverTogether, groupOf, recorderOf } from "../../../orchestrator/coordinator/recorder.ts";
import type { StudyEvent } from "../../../orchestrator/events.ts";
import { Driver } from "../../../orchestrator/study/driver.ts";
import { rebuild } from "../../../orchestrator/study/rebuild.ts";
import type { RunState } from "../../../orchestrator/study/state.ts";
import type { History } from "../../../search/history.ts";
import { CONTINUE, type Pruner } from "../../../search/pruner.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { newStudy } from "../../support/study-writes.ts";
import { useFolder } from "../../support/use-folder.ts";

/** A study of one trial in a database of its own, driven by messages that a test writes. */
export class StudyInUse {
  store: StudyStore;
  state: RunState;
  history: History;
  /** How often the bus heard of an end. */
  settled = 0;
  published: StudyEvent[] = [];
  judge: Pruner["judge"] = () => CONTINUE;
  mayEndEarly: EarlyEnd | null = { reason: null };
  readonly id: number;
  private readonly db: string;
  private readonly row: Study;
  private readonly driver: Driver;

  constructor(db: string) {
    this.db = db;
    this.store = openStore(db);
    this.row = this.store.createStudy({
      ...newStudy(),
      name: "s",
      key: "s",
      metric: "val_mse",
      goal: "minimize",
    });
    this.id = this.row.id;
    this.state = rebuild(this.store, this.row, this.plan(), false);
    this.history = this.state.history;
    this.driver = this.driverOf(this.store);
    this.driver.send({ kind: "start", params: {}, origin: null, at: 0 });
    this.published = [];
  }

  /** Takes the study up from the database as it is; its records go through `records`. */
  takeUp(records: StudyStore): Driver {
    this.state = rebuild(records, this.row, this.plan(), false);
    this.history = this.state.history;
    return this.driverOf(records);
  }

  commit(messages: readonly WorkerMessage[], by = this.driver): void {
    deliverTogether(by, messages, { judged: true, remote: false }, 0);
  }

  /** A worker's claim on the first attempt is heard. */
  claimed(worker: string): void {
    this.driver.note({ kind: "claimed", ref: { study: this.row.key, trial: 0, attempt: 1 }, worker });
  }

  attempts(): readonly string[] {
    return this.store.attempts(this.id, 0).map(({ attempt, state }) => `${attempt} ${state}`);
  }

  /** After a test closed the database. */
  openAgain(): void {
    this.store = openStore(this.db);
  }

  private driverOf(records: StudyStore): Driver {
    return new Driver(this.state, {
      record: recorderOf(records, this.id),
      together: groupOf(records),
      act: (effect) => {
        if (effect.kind === "tell") this.published.push(effect.event);
        if (effect.kind === "settle") this.settled += 1;
      },
    });
  }

  private plan(): StudyPlan {
    return {
      seed: 1,
      budget: { epochs: 5 },
      sampler: randomSampler({ parameters: [] }),
      pruner: { name: "scripted", judge: (history, trial) => this.judge(history, trial) },
      bounds: new Map([["val_mse", { min: 0, max: Infinity }]]),
      endsEarly: () => this.mayEndEarly,
      data: { sha256: "a".repeat(64), bytes: 1 },
      checkpointSeconds: null,
      settingsFor: () => expect.fail("no assignment is made here"),
    };
  }
}

/** For the file that calls it: such a study for every test. */
export function useStudy(): () => StudyInUse {
  const place = useFolder();
  let current: StudyInUse;
  beforeEach(() => {
    current = new StudyInUse(place.db);
  });
  afterEach(() => current.store.close());
  return () => current;
}
