import { Hono, type Context } from "hono";
import type { Board } from "../lab/board.ts";
import type { LabWatch } from "../lab/lab-watch.ts";
import { labDelta, labLine, labSnapshot, labTrial } from "../views/page/lab.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { Feed, type Followed } from "./feed.ts";
import { listenTo } from "./listen.ts";

/** Between two looks at the lab while a page listens. */
const lookMs = 2000;

/**
 * What the page asks for, of a lab: the studies its coordinators publish and its workers, for anyone whose credentials may read
 * them. What only the coordinator's database has is answered empty, or with a sentence that says where it is.
 */
export function labRoutes(watch: LabWatch): Hono {
  const app = new Hono();
  const seen = new Seen(watch);
  const feeds = new LabFeeds(seen);

  app.get("/studies", async (c) => {
    await seen.fresh();
    if (watch.trouble !== null) return c.json({ error: watch.trouble }, 503);
    return c.json(seen.lines());
  });
  app.get("/live", (c) => listenTo(c, feeds.studies));
  app.get("/studies/:key", (c) =>
    ofBoard(c, seen, (board) => c.json(labSnapshot(board, watch.now, systemClock.now(), seen.place()))),
  );
  app.get("/studies/:key/live", (c) => ofBoard(c, seen, ({ key }) => listenTo(c, feeds.ofStudy(key))));
  app.get("/studies/:key/leaderboard", (c) => ofBoard(c, seen, ({ leaderboard }) => c.json(leaderboard)));
  app.get("/studies/:key/curves", (c) => c.body(new Uint8Array(new Float64Array([0]).buffer)));
  app.get("/studies/:key/metrics", (c) => c.json({ trials: [], metrics: {} }));
  app.get("/studies/:key/attempts", (c) => c.json([]));
  app.get("/studies/:key/ranges", (c) => c.json([]));
  app.get("/studies/:key/trials/:number{[0-9]{1,9}}", (c) =>
    ofBoard(c, seen, (board) => {
      const number = Number(c.req.param("number"));
      const row = board.leaderboard.trials.find((trial) => trial.number === number);
      if (row !== undefined) return c.json(labTrial(board, row));
      const error = `trial ${number} is not among those that ${board.host} publishes; see there: seqtune show ${board.leaderboard.study} ${number}`;
      return c.json({ error }, 404);
    }),
  );
  app.all("/studies/:key/*", (c) =>
    ofBoard(c, seen, ({ host }) =>
      c.json({ error: `this is known on ${host} only, which has the database` }, 404),
    ),
  );
  app.all("*", (c) => c.json({ error: "there is nothing at this address" }, 404));
  return app;
}

/** The newest look, and whether it is news. */
class Seen {
  readonly watch: LabWatch;
  private lookedAt = -Infinity;
  private text = "";
  private generation = 0;

  constructor(watch: LabWatch) {
    this.watch = watch;
  }

  /** Looks again where the last look is a while ago. */
  async fresh(): Promise<void> {
    if (systemClock.monotonic() - this.lookedAt < lookMs) return;
    this.lookedAt = systemClock.monotonic();
    await this.watch.look();
    const text = JSON.stringify([
      this.watch.now.boards,
      this.watch.now.workers.map(({ info }) => info),
      this.watch.trouble,
    ]);
    if (text !== this.text) this.generation += 1;
    this.text = text;
  }

  place(): string {
    return String(this.generation);
  }

  lines(): readonly ReturnType<typeof labLine>[] {
    return this.watch.now.boards.map((board) => labLine(board, systemClock.now()));
  }

  board(key: string): Board | null {
    const { boards } = this.watch.now;
    return (
      boards.find((one) => one.key === key) ?? boards.find((one) => one.leaderboard.study === key) ?? null
    );
  }
}

async function ofBoard(c: Context, seen: Seen, answer: (board: Board) => Response): Promise<Response> {
  await seen.fresh();
  const key = c.req.param("key") ?? "";
  const board = seen.board(key);
  if (board !== null) return answer(board);
  const { trouble, lab } = seen.watch;
  if (trouble !== null) return c.json({ error: trouble }, 503);
  return c.json({ error: `no study "${key}" was published on ${lab.servers}` }, 404);
}

class LabFeeds {
  readonly studies: Feed;
  private readonly seen: Seen;
  private readonly byKey = new Map<string, Feed>();

  constructor(seen: Seen) {
    this.seen = seen;
    this.studies = new Feed(
      this.followed((id) => ({ id, event: "studies", data: JSON.stringify(seen.lines()) })),
    );
  }

  ofStudy(key: string): Feed {
    const feed = this.byKey.get(key) ?? new Feed(this.followed((id) => this.deltaOf(key, id)));
    this.byKey.set(key, feed);
    return feed;
  }

  private deltaOf(key: string, id: string): ReturnType<Followed["since"]> {
    const board = this.seen.board(key);
    if (board === null) return { id, event: "gone", data: "{}" };
    const delta = labDelta(board, this.seen.watch.now, systemClock.now(), id);
    return { id, event: "delta", data: JSON.stringify(delta) };
  }

  private followed(message: (id: string) => ReturnType<Followed["since"]>): Followed {
    return {
      version: () => {
        void this.seen.fresh();
        return this.seen.place();
      },
      since: (place, first) => {
        const { trouble } = this.seen.watch;
        const id = this.seen.place();
        if (!first && place === id) return null;
        return trouble === null
          ? message(id)
          : { id, event: "trouble", data: JSON.stringify({ error: trouble }) };
      },
    };
  }
}
