import * as fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { History } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Write, Written } from "../../storage/store.ts";
import { added, attemptEnded, newStudy, offered, reported } from "../support/study-writes.ts";

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-values-"));
const store = openStore(path.join(folder, "studies.db"));
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** One delivery to the store: the next attempt, going on after some epoch, or any message of any attempt so far. */
const delivery = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("next" as const), from: fc.nat(5) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("report" as const),
      attempt: fc.nat(5),
      n: fc.nat(7),
      value: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    }),
  },
);

interface Kept {
  readonly attempt: number;
  readonly n: number;
  readonly epoch: number;
  readonly value: number | null;
}

let studies = 0;

test("figures kept as reports come are those of the whole curve, whatever comes together, twice or late", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Goal>("minimize", "maximize"),
      fc.array(delivery, { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (goal, all, together) => {
        const study = store.createStudy(newStudy({ name: `study-${studies++}`, goal })).id;
        const writes: Write[] = [];
        const answers: Written[] = [];
        const record = (write: Write, answer: Written = "recorded"): void => {
          answers.push(answer);
          if (writes.push(write) === together) flush();
        };
        const flush = (): void => {
          expect(store.record(study, writes.splice(0), "process")).toEqual(answers.splice(0));
        };
        const counted: Kept[] = [];
        const seen = new Set<string>();
        const from = [0];
        record(added(0));
        record(offered(0, 1));
        for (const step of all) {
          const newest = from.length;
          if (step.kind === "next") {
            record(attemptEnded(0, newest, "lost"));
            record(offered(0, newest + 1, step.from));
            from.push(step.from);
            continue;
          }
          const { n, value } = step;
          const attempt = 1 + (step.attempt % newest);
          const epoch = from[attempt - 1]! + n + 1;
          const key = `${attempt}.${n}`;
          const expected = seen.has(key) ? "duplicate" : attempt < newest ? "stale" : "recorded";
          record(reported(0, attempt, n, value, { epoch }), expected);
          seen.add(key);
          if (expected === "recorded") counted.push({ attempt, n, epoch, value });
        }
        flush();
        expect(store.trial(study, 0)).toMatchObject(figuresOf(counted, goal));
        expect(store.curve(study, 0).map(({ epoch, value }) => [epoch, value])).toEqual(curveOf(counted));
      },
    ),
    { numRuns: 150 },
  );
});

test("a history fed with the stored reports agrees with the figures in the store", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Goal>("minimize", "maximize"),
      fc.array(fc.record({ from: fc.nat(5), values: fc.array(fc.integer({ min: -9, max: 9 })) }), {
        maxLength: 5,
      }),
      (goal, attempts) => {
        const study = store.createStudy(newStudy({ name: `study-${studies++}`, goal })).id;
        store.record(study, [added(0)], "process");
        let reach = 0;
        for (const [index, { from, values }] of attempts.entries()) {
          // As workers do it: an attempt goes on from some epoch before and reports without gaps.
          const start = Math.min(from, reach);
          const reports = values.map((value, n) =>
            reported(0, index + 1, n, value, { epoch: start + n + 1 }),
          );
          const end = attemptEnded(0, index + 1, "handed_back");
          store.record(study, [offered(0, index + 1), ...reports, end], "process");
          reach = Math.max(reach, start + values.length);
        }
        const history = new History(goal);
        history.apply({ kind: "started", trial: 0, params: {}, epochs: 99 });
        for (const { trial, epoch, value } of store.reports(study)) {
          history.apply({ kind: "reported", trial, epoch, value });
        }
        const trial = store.trial(study, 0)!;
        const inHistory = history.trial(0);
        expect(trial.bestEpoch ?? 0).toBe(inHistory.bestEpoch);
        expect(trial.epochsDone).toBe(inHistory.scores.length);
      },
    ),
    { numRuns: 80 },
  );
});

function curveOf(counted: readonly Kept[]): [number, number | null][] {
  const epochs = [...new Set(counted.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  return epochs.map((epoch) => [epoch, newestOf(counted.filter((report) => report.epoch === epoch)).value]);
}

function figuresOf(counted: readonly Kept[], goal: Goal) {
  const curve = curveOf(counted);
  const finite = curve.filter((point): point is [number, number] => point[1] !== null);
  const sign = goal === "minimize" ? 1 : -1;
  const best = finite.sort((a, b) => sign * (a[1] - b[1]) || a[0] - b[0])[0];
  return {
    epochsDone: curve.at(-1)?.[0] ?? 0,
    value: best?.[1] ?? null,
    bestEpoch: best?.[0] ?? null,
    lastValue: counted.length === 0 ? null : newestOf(counted).value,
  };
}

function newestOf(reports: readonly Kept[]): Kept {
  return reports.toSorted((a, b) => b.attempt - a.attempt || b.n - a.n)[0]!;
}
