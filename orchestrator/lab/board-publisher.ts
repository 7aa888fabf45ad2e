import { hostname } from "node:os";
import type { Study, StudyStore } from "../../storage/store.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import type { Names } from "../../worker/protocol/nats/server/names.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { StudyEvents } from "../events.ts";
import { leaderboard } from "../views/leaderboard.ts";
import { boardKey, removeOldBoards } from "./board.ts";

/** Trials shown to other machines: a message holds a megabyte at most. */
const shownTrials = 100;

/** Published again after this time even when nothing changed, so that onlookers see that the study is driven. */
const repeatMs = 30_000;

/**
 * Keeps the lab informed of a study: its leaderboard, at most every few seconds, when something changed. Removes
 * the boards of studies that were silent for a week.
 */
export class BoardPublisher {
  private readonly link: Link;
  private readonly names: Names;
  private readonly study: Study;
  private readonly store: StudyStore;
  private readonly clock: Clock;
  private readonly stops: readonly (() => void)[];
  private changed = true;
  private toldAt = Number.NEGATIVE_INFINITY;
  private sending: Promise<void> = Promise.resolve();

  constructor(
    link: Link,
    names: Names,
    deps: {
      readonly study: Study;
      readonly store: StudyStore;
      readonly events: StudyEvents;
      readonly clock: Clock;
    },
    everyMs: number,
  ) {
    this.link = link;
    this.names = names;
    this.study = deps.study;
    this.store = deps.store;
    this.clock = deps.clock;
    this.stops = [
      deps.events.on(({ kind }) => {
        this.changed = true;
        if (kind === "study_started") this.publish(); // now it can be found by name
      }),
      deps.clock.every(everyMs, () => this.publish()),
    ];
    this.sending = removeOldBoards(link, names).catch(() => {}); // the next coordinator tries again
  }

  /** Tells the last state and ends. */
  async stop(): Promise<void> {
    for (const stop of this.stops) stop();
    this.changed = true;
    this.publish();
    await this.sending;
  }

  private publish(): void {
    const now = this.clock.monotonic();
    if (!this.link.isOpen || (!this.changed && now - this.toldAt < repeatMs)) return;
    this.changed = false;
    this.toldAt = now;
    this.sending = this.sending
      .then(() => this.send())
      .catch(() => {
        this.changed = true; // an onlooker waits; the study does not
      });
  }

  private async send(): Promise<void> {
    const study = this.store.findStudy(this.study.name);
    if (study === null) return;
    const driven = study.state === "running";
    const board = {
      version: 1,
      at: this.clock.now(),
      host: hostname(),
      // While it runs, this process has better to do than to find out who was lucky.
      leaderboard: leaderboard(this.store, study, { top: shownTrials, driven, expected: !driven }),
    };
    const bucket = await JsonBucket.open(this.link, this.names.state);
    await bucket.put(boardKey(this.study.key), board);
  }
}
