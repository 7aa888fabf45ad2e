import { describe, expect, it } from "vitest";
import { ReportBatch } from "../../../../worker/protocol/nats/coordinator/report-batch.ts";
import { namesFor, reportSubject } from "../../../../worker/protocol/nats/server/names.ts";

const names = namesFor("lab");
const ref = { study: "wind", trial: 3, attempt: 1 };
const report = (n: number, of = ref) => ({
  kind: "report",
  worker: "w1",
  ref: of,
  n,
  epoch: n,
  metrics: { val_mse: 0.5 },
  seconds: 1,
});
const arrived = (seq: number, value: unknown, subject = reportSubject(names, ref)) => ({
  seq,
  subject,
  info: { pending: 7 },
  time: new Date(0),
  string: () => JSON.stringify(value),
});

describe("a batch of reports", () => {
  it("takes a message, or a list of an attempt's next ones", () => {
    const batch = new ReportBatch();
    expect(batch.add(names, arrived(1, report(1)))).toEqual([]);
    expect(batch.add(names, arrived(2, [report(2), report(3)]))).toEqual([]);
    expect(batch.messages.map((message) => ("n" in message ? message.n : null))).toEqual([1, 2, 3]);
    expect(batch).toMatchObject({ end: 2, behind: 7 });
  });

  it("drops a message whose attempt is not that of its subject, and takes those around it", () => {
    const batch = new ReportBatch();
    const forged = report(2, { ...ref, trial: 4 });
    expect(batch.add(names, arrived(5, [report(1), forged, report(3)])).map(String)).toEqual([
      `MessageDropped: a message on ${reportSubject(names, ref)} is not valid and was dropped: it speaks of another attempt`,
    ]);
    expect(batch.messages).toHaveLength(2);
    expect(batch.end).toBe(5);
  });

  it("skips what is not a message", () => {
    const batch = new ReportBatch();
    for (const [i, value] of [null, 5, "text", [], [[]], {}].entries())
      batch.add(names, arrived(i + 1, value));
    expect(batch.messages).toEqual([]);
    expect(batch.end).toBe(6);
  });
});
