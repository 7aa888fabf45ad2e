import type { OutcomeKind } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import type { Params } from "../../search/space.ts";
import type { AttemptState, Study, StudyStore, Write } from "../../storage/store.ts";
import { newStudy } from "./study-writes.ts";

/** A trial that a fixture records: its configuration, its values by epoch (`null`: not finite), and how it ended. */
export interface OddTrial {
  readonly params: Params;
  readonly values: readonly (number | null)[];
  readonly outcome: OutcomeKind | "running";
  readonly reason?: string;
}

export const began = Date.UTC(2026, 10, 23, 12, 0, 0);
/** Between the reports of a trial, and between the starts of two. */
const stepMs = 1000;

/** A study made of these trials, as a coordinator would have recorded it. Names of workers: local-1 and local-2, in turn. */
export function addStudy(
  store: StudyStore,
  name: string,
  trials: readonly OddTrial[],
  change: Parameters<typeof newStudy>[0] = {},
): Study {
  const study = store.createStudy(
    newStudy({
      name,
      key: `odd-${store.studies().length}`,
      at: began,
      baselines: [
        { name: "repeat last", value: 0.5, naive: true },
        { name: "linear", value: 0.33, naive: false },
      ],
      ...change,
    }),
  );
  for (const [number, trial] of trials.entries()) store.record(study.id, writesOf(number, trial), "process");
  const open = trials.some(({ outcome }) => outcome === "running");
  if (!open)
    store.setStudyState(study.id, "complete", "all trials are done", began + (trials.length + 30) * stepMs);
  return study;
}

function writesOf(number: number, { params, values, outcome, ...trial }: OddTrial): Write[] {
  const reason = trial.reason ?? null;
  const start = began + number * stepMs;
  const end = start + (values.length + 1) * stepMs;
  const attempt = { trial: number, attempt: 1 };
  const opened: Write[] = [
    {
      kind: "trial_added",
      trial: {
        number,
        params,
        seed: number,
        epochs: Math.max(1, values.length),
        origin: "random",
        at: start,
      },
    },
    { kind: "attempt_offered", ...attempt, fromEpoch: 0, toEpoch: Math.max(1, values.length), at: start },
    {
      kind: "attempt_started",
      ...attempt,
      worker: `local-${1 + (number % 2)}`,
      engine: "fused wasm",
      at: start,
    },
    ...values.map((value, n): Write => {
      const loss = value ?? Number.NaN;
      const metrics = { train_loss: loss * 0.8, val_mse: loss, val_mae: Math.sqrt(Math.abs(loss)) };
      return {
        kind: "report",
        report: { ...attempt, n, epoch: n + 1, value, metrics, seconds: 0.5, at: start + (n + 1) * stepMs },
      };
    }),
  ];
  if (outcome === "running") return opened;
  const state = attemptStates[outcome];
  return [
    ...opened,
    { kind: "attempt_ended", ...attempt, state, reason, at: end },
    { kind: "trial_ended", trial: number, outcome, reason, model: null, at: end },
  ];
}

const attemptStates = {
  complete: "complete",
  pruned: "stopped",
  diverged: "diverged",
  failed: "failed",
  cancelled: "stopped",
} as const satisfies Record<OutcomeKind, AttemptState>;

/** A name that wants to be markup, a command and a change of direction. */
export const hostileName = `<script>alert("x")</script> & 'quoted' \u001b[31m\u202e ולידציה`;

/** By what is odd about each of them. */
export const oddStudies: Readonly<Record<string, (store: StudyStore) => Study>> = {
  "no trial": (store) => addStudy(store, "no-trial", [], {}),
  "one trial": (store) =>
    addStudy(store, "one-trial", [trial({ hidden: 8, learning_rate: 0.01 }, [0.5, 0.4])]),
  "running only": (store) =>
    addStudy(store, "running-only", [{ params: { hidden: 8 }, values: [], outcome: "running" }]),
  "only pruned": (store) =>
    addStudy(
      store,
      "only-pruned",
      some(5, (i) => ({ ...trial({ hidden: 4 + i }, [0.6 + i / 50]), outcome: "pruned" })),
    ),
  "only failed": (store) =>
    addStudy(
      store,
      "only-failed",
      some(4, (i) => ({
        params: { hidden: 512 * (i + 1), learning_rate: 0.01 },
        values: [],
        outcome: "failed",
        reason: "3 attempts failed; the last: out of memory",
      })),
    ),
  "only NaN": (store) =>
    addStudy(
      store,
      "only-nan",
      some(4, (i) => ({
        params: { hidden: 8, learning_rate: 10 ** i },
        values: [null, null],
        outcome: "diverged",
        reason: "loss is not finite at epoch 1, step 3",
      })),
    ),
  "one parameter": (store) =>
    addStudy(
      store,
      "one-parameter",
      some(12, (i) => trial({ learning_rate: 10 ** (-4 + i / 4) }, [0.6, 0.3 + (i - 6) ** 2 / 100])),
    ),
  "no parameter": (store) =>
    addStudy(
      store,
      "no-parameter",
      some(3, (i) => trial({}, [0.5, 0.4 + i / 100])),
    ),
  "30 parameters": (store) => addStudy(store, "thirty-parameters", thirty()),
  "conditional parameters": (store) => addStudy(store, "conditional", conditional()),
  "wide values": (store) =>
    addStudy(
      store,
      "wide-values",
      some(19, (i) => trial({ learning_rate: 10 ** (-9 + i) }, [10 ** (9 - i)])),
    ),
  "an outlier": (store) =>
    addStudy(
      store,
      "an-outlier",
      some(40, (i) => trial({ hidden: i + 1 }, [i === 17 ? 1e30 : 0.3 + (i % 7) / 100])),
    ),
  "hostile names": (store) =>
    addStudy(
      store,
      hostileName,
      some(6, (i) =>
        trial({ [hostileName]: i % 2 === 0 ? "</svg><b>" : "\u202eabc", hidden: i }, [0.5 - i / 100]),
      ),
    ),
  "all alike": (store) =>
    addStudy(
      store,
      "all-alike",
      some(10, (i) => trial({ hidden: i }, [0.25])),
    ),
};

function trial(params: Params, values: readonly (number | null)[]): OddTrial {
  return { params, values, outcome: "complete" };
}

function some(count: number, make: (index: number) => OddTrial): readonly OddTrial[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function thirty(): readonly OddTrial[] {
  const rng = rngFor(7, "odd", 30);
  return some(25, () => {
    const params = Object.fromEntries(
      Array.from(
        { length: 30 },
        (_, p) => [`parameter_${p}`, p % 3 === 0 ? rng.int(5) : rng.next()] as const,
      ),
    );
    return trial(params, [0.5, 0.3 + 0.1 * (params["parameter_1"] ?? 0) + 0.02 * rng.next()]);
  });
}

function conditional(): readonly OddTrial[] {
  return some(16, (i) => {
    const optimizer = i % 2 === 0 ? "adam" : "momentum";
    const momentum = optimizer === "momentum" ? { momentum: 0.5 + i / 40 } : {};
    return trial({ optimizer, ...momentum, hidden: 8 + i }, [0.5, 0.3 + (i % 5) / 50]);
  });
}
