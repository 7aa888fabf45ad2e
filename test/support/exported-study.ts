import { sweepOf, sweepWith } from "../orchestrator/config/support.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { OutcomeKind } from "../../search/history.ts";
import type { Params } from "../../search/space.ts";
import { attemptEnded, ended, newStudy, offered } from "./study-writes.ts";

/** Trials of every kind: with NaN, infinities, lists, null, truth values and conditional parameters. */
export const exportedTrials: readonly {
  readonly params: Params;
  readonly values: readonly number[];
  readonly outcome: OutcomeKind | null;
}[] = [
  {
    params: { optimizer: "adam", features: ["OT", "HUFL"], learning_rate: 0.01, clip_norm: null, layers: 2 },
    values: [0.5, 0.25, 0.3],
    outcome: "complete",
  },
  {
    params: {
      optimizer: "momentum",
      momentum: 0.9,
      features: "numeric",
      learning_rate: 0.1,
      clip_norm: 1,
      layers: 1,
    },
    values: [0.55, 0.6],
    outcome: "pruned",
  },
  {
    params: { optimizer: "adam", features: "numeric", learning_rate: 0.003, clip_norm: null, layers: 1 },
    values: [2, Number.NaN],
    outcome: "diverged",
  },
  {
    params: { optimizer: "adam", features: "numeric", learning_rate: 0.004, clip_norm: 1, layers: 2 },
    values: [Infinity, 0.7],
    outcome: null,
  },
];

/** A database with the study `leaving`, whose space has every kind of domain. */
export async function makeExportedStudy(file: string): Promise<void> {
  const sweep = await sweepOf(
    sweepWith(
      `optimizer: {values: [adam, momentum]}
momentum: {min: 0.5, max: 0.9, step: 0.1, when: {optimizer: momentum}}
features: {values: [numeric, [OT, HUFL]]}
learning_rate: {min: 0.001, max: 0.1, distribution: log_uniform}
clip_norm: {values: [null, 1]}
layers: {min: 1, max: 2}`,
      "name: leaving\nmetric: {name: val_mse}",
    ),
  );
  const store = openStore(file);
  const study = store.createStudy(
    newStudy({ name: "leaving", config: sweep, at: Date.UTC(2026, 0, 2, 3, 4, 5) }),
  );
  for (const [number, { params, values, outcome }] of exportedTrials.entries()) {
    const at = Date.UTC(2026, 0, 2, 3, 5, number);
    const trial = { number, params, seed: number, epochs: 3, origin: null, at };
    store.record(
      study.id,
      [
        { kind: "trial_added", trial },
        offered(number, 1),
        ...values.map((value, n) => {
          const shown = Number.isFinite(value) ? value : null;
          const metrics = { val_mse: value, train_loss: value * 2 };
          const report = {
            trial: number,
            attempt: 1,
            n,
            epoch: n + 1,
            value: shown,
            metrics,
            seconds: 0.5,
            at,
          };
          return { kind: "report" as const, report };
        }),
        ...(outcome === null ? [] : [attemptEnded(number, 1), ended(number, outcome)]),
      ],
      "process",
    );
  }
  store.close();
}
