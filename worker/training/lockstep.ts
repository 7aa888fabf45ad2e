/**
 * Lets several trainings of one trial (one for each fold) go epoch by epoch together: each waits until all have
 * finished the epoch, then one decision holds for all.
 */
export class Lockstep<T, Decision> {
  private readonly size: number;
  private readonly decide: (results: readonly T[]) => Promise<Decision>;
  private arrived: T[] = [];
  private ended: { readonly decision: Decision } | null = null;
  private round: Promise<Decision> | null = null;
  private release: ((decision: Decision | Promise<Decision>) => void) | null = null;

  constructor(size: number, decide: (results: readonly T[]) => Promise<Decision>) {
    this.size = size;
    this.decide = decide;
  }

  /** No more rounds: everyone who waits or arrives gets `decision`. */
  end(decision: Decision): void {
    this.ended ??= { decision };
    this.release?.(decision);
  }

  /** `member` counts from 0. */
  async arrive(member: number, result: T): Promise<Decision> {
    if (this.ended !== null) return this.ended.decision;
    this.round ??= new Promise<Decision>((resolve) => {
      this.release = resolve;
    });
    const round = this.round;
    this.arrived[member] = result;
    if (Object.keys(this.arrived).length === this.size) {
      const { arrived, release } = this;
      this.arrived = [];
      this.round = null;
      this.release = null;
      release?.(this.decide(arrived));
    }
    return await round;
  }
}
