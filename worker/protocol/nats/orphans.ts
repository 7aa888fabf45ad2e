import type { Link } from "./link.ts";
import type { Names } from "./names.ts";

/** Removes what uploads that never finished left, when it is older than `orphanMs`. Returns how many files. */
export async function removeOrphans(link: Link, names: Names, orphanMs: number): Promise<number> {
  const prefix = `${names.prefix}.blob.`;
  const info = await link.jsm.streams.info(names.blobs, { subjects_filter: `${prefix}>` });
  const finished = new Map<string, { finished: boolean; subject: string }>();
  for (const subject of Object.keys(info.state.subjects ?? {})) {
    const [sha256, rest] = subject.slice(prefix.length).split(".");
    const known = finished.get(sha256!) ?? { finished: false, subject };
    finished.set(sha256!, { finished: known.finished || rest === "end", subject });
  }
  let removed = 0;
  for (const [sha256, one] of finished) {
    if (one.finished) continue;
    const message = await link.jsm.direct.getMessage(names.blobs, { last_by_subj: one.subject });
    if (message === null || Date.now() - message.time.getTime() < orphanMs) continue;
    await link.jsm.streams.purge(names.blobs, { filter: `${prefix}${sha256}.>` });
    removed += 1;
  }
  return removed;
}
