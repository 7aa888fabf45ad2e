import { hostname } from "node:os";
import { z } from "zod";
import type { Study, StudyStore } from "../../storage/store.ts";
import { JsonBucket } from "../../worker/protocol/nats/bucket.ts";
import type { Link } from "../../worker/protocol/nats/link.ts";
import { bucketStream, keySubject, type Names } from "../../worker/protocol/nats/names.ts";
import { findStream } from "../../worker/protocol/nats/streams.ts";
import type { Clock } from "../clock.ts";
import type { StudyEvents } from "../events.ts";
import { leaderboard, type Leaderboard } from "../views/leaderboard.ts";

/** Trials shown to other machines: a message holds a megabyte at most. */
const shownTrials = 100;

/** What is shown of a leaderboard; one of another version that lacks some of it is left out. */
const leaderboardShape = z.looseObject({
  study: z.string(),
  state: z.enum(["running", "complete", "stopped", "interrupted", "failed"]),
  reason: z.string().nullable(),
  driven: z.boolean(),
  metric: z.string(),
  goal: z.enum(["minimize", "maximize"]),
  baseline: z.strictObject({ name: z.string(), value: z.number() }).nullable(),
  baselines: z.array(z.looseObject({ name: z.string(), value: z.number().nullable() })),
  counts: z.record(z.string(), z.number()),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  trials: z.array(
    z.looseObject({
      number: z.int(),
      outcome: z.string(),
      value: z.number().nullable(),
      bestEpoch: z.number().nullable(),
      lastValue: z.number().nullable(),
      skill: z.number().nullable(),
      params: z.record(z.string(), z.unknown()),
      epochs: z.number(),
      attempts: z.number(),
    }),
  ),
});

const boardSchema = z.looseObject({
  version: z.literal(1),
  /** Milliseconds since 1970, by the coordinator's clock. */
  at: z.number(),
  host: z.string(),
  leaderboard: z.custom<Leaderboard>((value) => leaderboardShape.safeParse(value).success),
});

/** A study's leaderboard as its coordinator last told the lab. */
export type Board = Readonly<z.infer<typeof boardSchema>> & { readonly key: string };

const boardKey = (study: string): string => `board.${study}`;

/** Keeps the lab informed of a study: its leaderboard, at most every few seconds, when something changed. */
export class BoardPublisher {
  private readonly link: Link;
  private readonly names: Names;
  private readonly study: Study;
  private readonly store: StudyStore;
  private readonly clock: Clock;
  private readonly stops: readonly (() => void)[];
  private changed = true;
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
      deps.events.on(() => {
        this.changed = true;
      }),
      deps.clock.every(everyMs, () => this.publish()),
    ];
  }

  /** Tells the last state and ends. */
  async stop(): Promise<void> {
    for (const stop of this.stops) stop();
    this.publish();
    await this.sending;
  }

  private publish(): void {
    if (!this.changed || !this.link.isOpen) return;
    this.changed = false;
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
      leaderboard: leaderboard(this.store, study, { top: shownTrials, driven }),
    };
    const bucket = await JsonBucket.open(this.link, this.names.state);
    await bucket.put(boardKey(this.study.key), board);
  }
}

/** The boards of all studies the lab knows, the one that changed last first. */
export async function readBoards(link: Link, names: Names): Promise<readonly Board[]> {
  const stream = bucketStream(names.state);
  if ((await findStream(link, stream)) === null) return [];
  const prefix = keySubject(names.state, boardKey(""));
  const info = await link.jsm.streams.info(stream, { subjects_filter: `${prefix}>` });
  const bucket = await JsonBucket.open(link, names.state);
  const boards: Board[] = [];
  for (const subject of Object.keys(info.state.subjects ?? {})) {
    const key = subject.slice(prefix.length);
    const parsed = boardSchema.safeParse((await bucket.get(boardKey(key)))?.value);
    if (parsed.success) boards.push({ ...parsed.data, key });
  }
  return boards.toSorted((a, b) => b.at - a.at);
}
