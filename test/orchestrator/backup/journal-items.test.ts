import { expect, it } from "vitest";
import { decodeItem, encodeItem, type JournalItem } from "../../../orchestrator/backup/journal-items.ts";

it("what a journal holds comes back as it was, numbers included that JSON lacks", () => {
  const at = 5;
  const metrics = { val_mse: Number.NaN, train_loss: Infinity, val_mae: -Infinity, r2: 0.1 + 0.2 };
  const report = { trial: 1, attempt: 2, n: 3, epoch: 4, value: null, metrics, seconds: 0.5, at };
  const params = { hidden: [8, 16], cell: "gru", dropout: 0.1, note: null, on: true };
  const items: readonly JournalItem[] = [
    { kind: "snapshot", id: "a" },
    { kind: "state", state: "interrupted", reason: null, at },
    { kind: "baselines", baselines: [{ name: "repeat last", value: null, naive: true }] },
    {
      kind: "record",
      writes: [
        { kind: "trial_added", trial: { number: 1, params, seed: 7, epochs: 3, origin: null, at } },
        { kind: "report", report },
        { kind: "event", name: "order", data: { trial: 1, reason: "weak" }, at },
        { kind: "trial_ended", trial: 1, outcome: "pruned", reason: "weak", model: null, at },
      ],
    },
  ];
  for (const item of items) expect(decodeItem(encodeItem(item))).toEqual(item);
});

it("what no coordinator of this version wrote is refused", () => {
  expect(() => decodeItem('{"kind":"record","writes":[{"kind":"drop_everything"}]}')).toThrow("Invalid");
});
