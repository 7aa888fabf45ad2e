/**
 * What a coordinator publishes for machines that cannot read its database. It is read leniently: a board of another version lacks
 * some of it.
 */
import { z } from "zod";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import { bucketStream, keySubject, type Names } from "../../worker/protocol/nats/server/names.ts";
import { findStream } from "../../worker/protocol/nats/server/streams.ts";
import type { Leaderboard } from "../views/leaderboard.ts";

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

/** A study's leaderboard as its coordinator last published it. */
export type Board = Readonly<z.infer<typeof boardSchema>> & { readonly key: string };

/** Where a board lies in the state bucket. */
export const boardKey = (study: string): string => `board.${study}`;

/** A study that published nothing for this long is over for the lab: its board is removed. */
const boardMemoryMs = 7 * 24 * 3_600_000;

/** The boards of all studies the lab knows, the one that changed last first. */
export async function readBoards(link: Link, names: Names): Promise<readonly Board[]> {
  if ((await findStream(link, bucketStream(names.state))) === null) return [];
  const bucket = await JsonBucket.open(link, names.state);
  const boards: Board[] = [];
  for (const key of await boardKeys(link, names)) {
    const parsed = boardSchema.safeParse((await bucket.get(boardKey(key)))?.value);
    if (!parsed.success) continue;
    // Earlier versions did not say what is expected, and knew no invalid trials.
    const { leaderboard } = parsed.data;
    boards.push({
      ...parsed.data,
      leaderboard: {
        ...leaderboard,
        counts: { ...leaderboard.counts, invalid: leaderboard.counts.invalid ?? 0 },
        expected: leaderboard.expected ?? null,
      },
      key,
    });
  }
  return boards.toSorted((a, b) => b.at - a.at);
}

/** Removes the boards of studies that published nothing for a week, by the server's clock. */
export async function removeOldBoards(link: Link, names: Names, memoryMs = boardMemoryMs): Promise<void> {
  const stream = bucketStream(names.state);
  const newest = (await link.jsm.streams.info(stream)).state.last_ts;
  for (const key of await boardKeys(link, names)) {
    const filter = keySubject(names.state, boardKey(key));
    const message = await link.jsm.direct.getMessage(stream, { last_by_subj: filter });
    if (message === null || Date.parse(newest) - message.time.getTime() < memoryMs) continue;
    await link.jsm.streams.purge(stream, { filter });
  }
}

async function boardKeys(link: Link, names: Names): Promise<readonly string[]> {
  const prefix = keySubject(names.state, boardKey(""));
  const info = await link.jsm.streams.info(bucketStream(names.state), { subjects_filter: `${prefix}>` });
  return Object.keys(info.state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
}
