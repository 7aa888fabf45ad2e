// Records reports until the disk refuses, makes room by removing <ballast>, goes on with the same store, and
// says what it saw as one line of JSON: disk-filler.ts <folder> <bytes of ballast>
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StoreError } from "../../../storage/errors.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { added, newStudy, offered, reported } from "../../support/study-writes.ts";

const [folder = "", ballastBytes = "0"] = process.argv.slice(2);
const ballast = path.join(folder, "ballast");
writeFileSync(ballast, Buffer.alloc(Number(ballastBytes)));
const store = openStore(path.join(folder, "studies.db"));
const { id } = store.createStudy(newStudy());
store.record(id, [added(0), offered(0, 1)], "power");

/** Records reports from `from` on; the number after the last one that was recorded. */
function recordUntilRefused(from: number, limit: number): { next: number; refused: StoreError | null } {
  const metrics = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`metric_${i}`, i / 7]));
  for (let n = from; n < limit; n++) {
    try {
      store.record(id, [reported(0, 1, n, 1 / n, { metrics })], "process");
    } catch (error) {
      if (error instanceof StoreError) return { next: n, refused: error };
      throw error;
    }
  }
  return { next: limit, refused: null };
}

const first = recordUntilRefused(0, 1_000_000);
const readable = store.trial(id, 0)?.epochsDone;
rmSync(ballast);
const second = recordUntilRefused(first.next, first.next + 100);
const counted = Array.from(store.reports(id)).length;
console.log(
  JSON.stringify({
    recorded: first.next,
    kind: first.refused?.kind,
    message: first.refused?.message,
    readable,
    recordedAfter: second.next,
    refusedAfter: second.refused?.kind ?? null,
    counted,
  }),
);
