import { toWire, type WireNumber } from "../protocol/numbers.ts";
import type { ParsedReport } from "./parse-report.ts";

export interface ReportsOptions {
  readonly metric: string;
  /** Epochs done before this attempt, and those to reach. */
  readonly from: number;
  readonly epochs: number;
  /** Up to this epoch an earlier attempt has reported: it is not needed again. */
  readonly reported: number;
  readonly onReport: (epoch: number, metrics: Record<string, WireNumber>) => void;
  /** It trains on beyond the last epoch. */
  readonly onBeyond: (epoch: number) => void;
}

const mostNotes = 20;

/**
 * Puts a program's reports in order: one for each epoch that has a value of the metric, epochs rising. Several lines about one
 * epoch are one report, sent when the metric is among them. What does not fit is noted in words.
 */
export class Reports {
  /** Newest epoch that was sent. */
  epoch: number;
  /** Of the metric, in this attempt. */
  values = 0;
  finite = 0;
  readonly notes: string[] = [];
  private readonly options: ReportsOptions;
  private readonly said = new Set<string>();
  private pending: { epoch: number; readonly metrics: Record<string, WireNumber> } | null = null;
  private left = 0;

  constructor(options: ReportsOptions) {
    this.options = options;
    this.epoch = options.from;
  }

  add({ epoch: given, metrics, others }: ParsedReport): void {
    const { metric, epochs } = this.options;
    for (const name of [...Object.keys(metrics), ...others]) if (this.said.size < 50) this.said.add(name);
    const epoch = given ?? this.pending?.epoch ?? this.epoch + 1;
    const problem = this.problemWith(epoch);
    if (problem !== null) this.note(problem);
    if (problem !== null) return;
    if (epoch > epochs) this.options.onBeyond(epoch);
    if (epoch > epochs) return;
    if (this.pending?.epoch !== epoch) this.pending = { epoch, metrics: {} };
    for (const [name, value] of Object.entries(metrics)) this.pending.metrics[name] = toWire(value);
    if (!Object.hasOwn(metrics, metric)) return;
    this.values += 1;
    if (Number.isFinite(metrics[metric])) this.finite += 1;
    this.epoch = epoch;
    if (epoch > this.options.reported) this.options.onReport(epoch, this.pending.metrics);
    this.pending = null;
  }

  /** Names of what was reported, for people. */
  get names(): readonly string[] {
    return [...this.said];
  }

  /** Adds a sentence about what is odd. */
  note(words: string): void {
    if (this.notes.length < mostNotes) this.notes.push(words);
    else this.left += 1;
    if (this.left > 0) this.notes[mostNotes] = `${this.left} more of this kind`;
  }

  private problemWith(epoch: number): string | null {
    if (!Number.isInteger(epoch) || epoch < 1)
      return `a report of epoch ${epoch} is left out: epochs are 1, 2, 3, …`;
    if (epoch > this.epoch) return null;
    const { from } = this.options;
    if (epoch <= from)
      return `epoch ${epoch} was reported again: the checkpoint is of epoch ${from}; it is left out`;
    if (epoch === this.epoch) return `epoch ${epoch} was reported twice; the first report counts`;
    return `epoch ${epoch} was reported after epoch ${this.epoch}; it is left out`;
  }
}
