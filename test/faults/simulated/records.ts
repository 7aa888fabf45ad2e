import { StoreError } from "../../../storage/errors.ts";
import type { StudyStore, Write, Written } from "../../../storage/store.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { override } from "../../../orchestrator/override.ts";
import { Life, type VirtualTime } from "./time.ts";

/** What the database was given, beside it: to be compared at every step, and to fail at chosen moments. */
export class Records {
  /** Trials so far. */
  trials = 0;
  /** After this many more records the coordinator dies: before the next is on disk, or right after. */
  diesAfter: { records: number; readonly before: boolean } | null = null;
  private readonly violations: string[];
  /** Reports the database has, by trial, attempt and number: whether they counted. */
  reports = new Map<string, boolean>();
  /** The worker that the database has as the one that began an attempt, by trial and attempt. */
  holders = new Map<string, string>();
  private kept: Pick<Records, "trials" | "reports" | "holders"> | null = null;
  private aside = new Set<string>();
  /** An older copy took the database's place, once or more. */
  private wasRestored = false;
  private isFull = false;
  /** What the transaction that is open has recorded; it becomes true with the commit. */
  private open: (() => void)[] | null = null;
  private readonly ever = new Life();

  constructor(violations: string[]) {
    this.violations = violations;
  }

  /** The disk takes nothing for so long. */
  fillDisk(time: VirtualTime, ms: number): void {
    this.isFull = true;
    time.after(ms, this.ever, () => (this.isFull = false));
  }

  /** A copy of the database was made. */
  keep(): void {
    const { reports, holders, trials } = this;
    this.kept = { reports: new Map(reports), holders: new Map(holders), trials };
  }

  /** The copy is the database now. */
  restore(): void {
    if (this.kept === null) return;
    this.wasRestored = true;
    this.reports = new Map(this.kept.reports);
    this.holders = new Map(this.kept.holders);
    this.trials = this.kept.trials;
  }

  /** The database as one process sees it. */
  guard(store: StudyStore, life: Life, die: () => void): StudyStore {
    const mustLive = (): void => {
      if (!life.alive) throw new Error("this process is dead");
    };
    return override(store, {
      setStudyState: (...said) => {
        mustLive();
        store.setStudyState(...said);
      },
      saveWorkers: (...said) => {
        mustLive();
        store.saveWorkers(...said);
      },
      record: (study, writes, durability) => {
        mustLive();
        if (this.isFull) throw new StoreError("disk", "study.db", "the disk is full");
        if (this.isDue() && this.diesAfter?.before === true) {
          if (this.open !== null) throw new Error("this process dies within a transaction");
          die();
        }
        mustLive();
        const written = this.record(() => store.record(study, writes, durability));
        if (this.open !== null) {
          this.open.push(() => this.learn(writes, written));
          return written;
        }
        this.learn(writes, written);
        if (this.isDue()) die();
        mustLive();
        return written;
      },
      together: (durability, work) => {
        mustLive();
        const open: (() => void)[] = [];
        this.open = open;
        try {
          const result = store.together(durability, work);
          for (const learn of open) learn();
          return result;
        } finally {
          this.open = null;
          if (this.isDue()) die();
          mustLive();
        }
      },
    });
  }

  /**
   * Nothing may be let go that the database does not have, but for what a second worker reports of an attempt that another one
   * began: a server that forgot a claim gave it to both.
   */
  acknowledged({ kind, ref, n, worker }: WorkerMessage): void {
    const key = `${ref.trial}.${ref.attempt}.${n}`;
    if ((this.holders.get(`${ref.trial}.${ref.attempt}`) ?? worker) !== worker) return;
    if (this.wasRestored && this.isPassed(ref, n)) return;
    if (kind === "report" && !this.reports.has(key) && !this.aside.has(key))
      this.violations.push(`report ${key} was acknowledged and is not in the database`);
  }

  /**
   * Of this attempt something newer is recorded. After a second restore there may be no trace that the attempt's number was given
   * before, and the same worker gets it again: what is left of the first time then looks like a repetition.
   */
  private isPassed({ trial, attempt }: WorkerMessage["ref"], n: number): boolean {
    return [...this.reports.keys()].some((key) => {
      const [ofTrial, ofAttempt, number] = key.split(".").map(Number);
      return ofTrial === trial && ofAttempt === attempt && number! > n;
    });
  }

  private isDue(): boolean {
    return this.diesAfter !== null && this.diesAfter.records <= 0;
  }

  private record(write: () => readonly Written[]): readonly Written[] {
    if (this.diesAfter !== null) this.diesAfter.records -= 1;
    try {
      return write();
    } catch (error) {
      this.violations.push(`the database was asked for what cannot be: ${String(error)}`);
      throw error;
    }
  }

  private learn(writes: readonly Write[], written: readonly Written[]): void {
    for (const [index, write] of writes.entries()) {
      if (write.kind === "trial_added") this.trials = Math.max(this.trials, write.trial.number + 1);
      if (write.kind === "event" && write.name === "set_aside") {
        const { message } = write.data as { readonly message: WorkerMessage };
        this.aside.add(`${message.ref.trial}.${message.ref.attempt}.${message.n}`);
      }
      if (write.kind === "attempt_started" && written[index] === "recorded")
        this.holders.set(`${write.trial}.${write.attempt}`, write.worker);
      if (write.kind !== "report") continue;
      const { trial, attempt, n, metrics } = write.report;
      const key = `${trial}.${attempt}.${n}`;
      if (written[index] === "recorded" && this.reports.get(key) === true)
        this.violations.push(`report ${key} counts twice`);
      if (metrics["attempt"] !== attempt)
        this.violations.push(`report ${key} was made by attempt ${metrics["attempt"]}`);
      if (written[index] !== "duplicate") this.reports.set(key, written[index] === "recorded");
    }
  }
}
