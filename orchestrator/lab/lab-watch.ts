import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { explainOn } from "../../worker/protocol/nats/link/cluster.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import { readBoards, type Board } from "./board.ts";
import type { LabConnection } from "./connection.ts";
import { listWorkers, type ListedWorker } from "./list-workers.ts";
import { connectToLook } from "./look.ts";

/** A lab as someone sees it who may only look: what its coordinators publish, and its workers' heartbeats. */
export interface LabNow {
  readonly boards: readonly Board[];
  readonly workers: readonly ListedWorker[];
}

/** Looks at a lab again and again over one connection, which it makes again when it breaks. */
export class LabWatch {
  readonly lab: LabConnection;
  now: LabNow = { boards: [], workers: [] };
  /** Why the newest look failed; `null`: it did not. What was seen before stays. */
  trouble: string | null = null;
  private link: Link | null = null;
  private looking: Promise<void> | null = null;
  private isClosed = false;

  constructor(lab: LabConnection) {
    this.lab = lab;
  }

  /** Those who ask while it looks get the same look. Never throws. */
  async look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = null;
    });
    await this.looking;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.looking;
    await this.leave();
  }

  private async lookOnce(): Promise<void> {
    try {
      if (this.link?.isOpen !== true) await this.leave();
      const link = (this.link ??= await connectToLook(this.lab, ["state", "workers"]));
      const names = namesFor(this.lab.prefix);
      const boards = await readBoards(link, names);
      this.now = { boards, workers: (await listWorkers(link, names)) ?? [] };
      this.trouble = null;
    } catch (error) {
      const problem = this.link === null ? error : explainOn(this.link, error);
      this.trouble = problem instanceof Error ? problem.message : String(problem);
      await this.leave();
    }
    if (this.isClosed) await this.leave();
  }

  private async leave(): Promise<void> {
    const { link } = this;
    this.link = null;
    await link?.close().catch(() => {}); // it is broken already
  }
}

/** Coordinators publish at least twice a minute. */
const silentMs = 90_000;

/** Does a coordinator drive the study, as far as the lab knows? */
export function isDrivenNow({ at, leaderboard }: Board, now: number): boolean {
  return leaderboard.state === "running" && now - at < silentMs;
}

/** The workers that train a trial of this study. */
export function workersOn(study: string, workers: readonly ListedWorker[]): readonly ListedWorker[] {
  return workers.filter(({ info }) => info.running?.study === study);
}
