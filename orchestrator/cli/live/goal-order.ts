import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { SnapshotReader } from "../../views/read-snapshot.ts";
import type { Snapshot } from "../../views/snapshot.ts";

type Order = Pick<Snapshot, "ranked" | "goals">;

const leastPauseMs = 1000;
/** Of the time between two readings at most a twentieth is reading. */
const restPerWork = 19;

/** The ranking of a running study with several goals, read as the leaderboard reads it: reports say only what the first metric is. */
export class GoalOrder {
  private readonly store: StudyStore;
  private readonly reader: SnapshotReader;
  private readonly study: string;
  private known: Order | null = null;
  private nextAt = 0;

  constructor(db: string, study: string) {
    this.store = openStore(db, { readonly: true });
    this.reader = new SnapshotReader(this.store);
    this.study = study;
  }

  /** `now`: milliseconds; `null`: the study is not there. */
  read(now: number): Order | null {
    if (now < this.nextAt) return this.known;
    const began = performance.now();
    const study = this.store.findStudy(this.study);
    if (study !== null) {
      const { ranked, goals } = this.reader.read(study, { driven: true, now });
      this.known = { ranked, ...(goals !== undefined && { goals }) };
    }
    this.nextAt = now + Math.max(leastPauseMs, restPerWork * (performance.now() - began));
    return this.known;
  }

  close(): void {
    this.store.close();
  }
}
