import type { Link } from "../link/link.ts";
import { bucketStream, type Names } from "../server/names.ts";

/**
 * Removes what uploads that never finished left, when it is older than `orphanMs` by the server's clock: this
 * machine's may be wrong. Returns how many files.
 */
export async function removeOrphans(link: Link, names: Names, orphanMs: number): Promise<number> {
  const prefix = `${names.prefix}.blob.`;
  const info = await link.jsm.streams.info(names.blobs, { subjects_filter: `${prefix}>` });
  const finished = new Map<string, { finished: boolean; subject: string }>();
  for (const subject of Object.keys(info.state.subjects ?? {})) {
    const [sha256, rest] = subject.slice(prefix.length).split(".");
    const known = finished.get(sha256!) ?? { finished: false, subject };
    finished.set(sha256!, { finished: known.finished || rest === "end", subject });
  }
  const now = Math.max(
    await newestWrite(link, names.blobs),
    await newestWrite(link, bucketStream(names.state)),
  );
  let removed = 0;
  for (const [sha256, one] of finished) {
    if (one.finished) continue;
    const message = await link.jsm.direct.getMessage(names.blobs, { last_by_subj: one.subject });
    if (message === null || now - message.time.getTime() < orphanMs) continue;
    await link.jsm.streams.purge(names.blobs, { filter: `${prefix}${sha256}.>` });
    removed += 1;
  }
  return removed;
}

/** The server's time of the newest message: a moment ago where a coordinator renews its lock. */
async function newestWrite(link: Link, stream: string): Promise<number> {
  return Date.parse((await link.jsm.streams.info(stream)).state.last_ts);
}
