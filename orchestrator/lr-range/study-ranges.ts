import PQueue from "p-queue";
import { analyseRange, suggestionOf } from "../../search/lr-range/analyse.ts";
import { bucketOf } from "../../search/lr-range/bucket.ts";
import { rangeAround, rateDomain, type KnownRange, type RateRange } from "../../search/lr-range/narrowed.ts";
import { seedFor } from "../../search/random.ts";
import type { Params } from "../../search/space.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { protocolVersion, type RangeTestAssignment } from "../../worker/protocol/assignment.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import type { TrialSettings } from "../../worker/protocol/settings.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { RangeUse } from "../config/range-test.ts";
import type { Sweep } from "../config/sweep.ts";
import type { StudyEvents } from "../events.ts";
import { figure } from "../views/numbers.ts";
import { rangeCurveOf } from "./range-curve.ts";
import { rangeRecords, rangeTestEvent, rangeText, type RangeRecord } from "./range-records.ts";

export interface StudyRangesDeps {
  readonly study: Study;
  readonly sweep: Sweep;
  readonly use: RangeUse;
  readonly store: StudyStore;
  readonly events: StudyEvents;
  readonly clock: Clock;
  /** Gives an assignment to a worker of those that train the study. */
  readonly ask: (assignment: RangeTestAssignment, signal: AbortSignal) => Promise<readonly WorkerMessage[]>;
  /** Tests that may run at once. */
  readonly workers: number;
  readonly settingsFor: (params: Params) => TrialSettings;
}

/** Pause after a result that could not be recorded. */
const refusedMs = 1000;

/**
 * The range tests of one study: one for each bucket of architecture, when the first configuration of it comes up.
 * Results are recorded before they are used, so a resumed study searches in the same ranges.
 */
export class StudyRanges {
  private readonly deps: StudyRangesDeps;
  private readonly ranges = new Map<string, RateRange | "full">();
  private readonly underway = new Map<string, Promise<void>>();
  private readonly queue: PQueue;

  constructor(deps: StudyRangesDeps) {
    this.deps = deps;
    this.queue = new PQueue({ concurrency: deps.workers });
    for (const { bucket, range } of rangeRecords(deps.store, deps.study))
      this.ranges.set(bucket, range ?? "full");
  }

  readonly known = (bucket: string): KnownRange => this.ranges.get(bucket) ?? null;

  /** Tests the bucket of a configuration that is to start; undefined when that is done. Never rejects. */
  readonly prepare = (params: Params, over: AbortSignal): Promise<void> | undefined => {
    const bucket = bucketOf(params);
    if (params["learning_rate"] === undefined || this.ranges.has(bucket)) return undefined;
    const running = this.underway.get(bucket) ?? this.queue.add(() => this.test(bucket, params, over));
    this.underway.set(bucket, running);
    return running;
  };

  private async test(bucket: string, params: Params, over: AbortSignal): Promise<void> {
    const record = await this.measure(bucket, params, over);
    if (record === null) return;
    const { clock, events, store, study } = this.deps;
    const at = clock.now();
    try {
      store.record(study.id, [{ kind: "event", name: rangeTestEvent, data: record, at }], "process");
    } catch (error) {
      // Not used before it is recorded: the test is done again once the disk takes it.
      events.emit({ kind: "notice", message: String(error), at });
      await new Promise<void>((resolve) => clock.after(refusedMs, resolve));
      this.underway.delete(bucket);
      return;
    }
    this.ranges.set(bucket, record.range ?? "full");
    events.emit({ kind: "notice", message: rangeText(record), at });
  }

  /** `null`: interrupted. What goes wrong otherwise costs the narrowing, not the study. */
  private async measure(bucket: string, params: Params, over: AbortSignal): Promise<RangeRecord | null> {
    const { ask } = this.deps;
    const none = { bucket, rate: null, range: null, curve: [] };
    try {
      if (over.aborted) return null;
      const answer = await ask(this.assignment(bucket, params), over);
      return this.read(bucket, rangeCurveOf(answer));
    } catch (error) {
      if (over.aborted) return null;
      const reason = `the range test failed: ${error instanceof Error ? error.message : String(error)}`;
      return { ...none, reason };
    }
  }

  private assignment(bucket: string, params: Params): RangeTestAssignment {
    const { study, use } = this.deps;
    const { from, to, steps, smoothing, divergence } = use;
    return {
      kind: "lr_range_test",
      version: protocolVersion,
      ref: { study: study.key, trial: 0, attempt: 1 },
      settings: this.deps.settingsFor(params),
      data: { sha256: study.data.sha256, bytes: study.data.bytes },
      seed: seedFor(study.seed, "lr_range_test", bucket),
      test: { from, to, steps, smoothing, divergence },
    };
  }

  private read(bucket: string, points: ReturnType<typeof rangeCurveOf>): RangeRecord {
    const { sweep, use } = this.deps;
    const found = suggestionOf(analyseRange(points, use), use.rule);
    const curve = points.map(({ rate, loss }): [number, number | null] => [
      rate,
      Number.isFinite(loss) ? loss : null,
    ]);
    if (found.rate === null) return { bucket, rate: null, range: null, reason: found.reason, curve };
    const { rate } = found;
    const domain = rateDomain(sweep.space);
    const factors = { below: use.factor_below, above: use.factor_above };
    const range = domain === null ? null : rangeAround(rate, factors, domain);
    const reason = range === null ? `its suggestion ${figure(rate)} lies outside of min to max` : null;
    return { bucket, rate, range, reason, curve };
  }
}
