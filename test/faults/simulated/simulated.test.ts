/**
 * Studies of a simulated lab by the hundred: everything dies, is late, comes twice, in another order or not at all, disks
 * fill and databases are restored. SEQTUNE_SIMULATED_SEED=7 runs one seed again; with SEQTUNE_SIMULATED_SECONDS=60, that and
 * those after it for so long.
 */
import { expect, it } from "vitest";
import type { Search } from "../../../orchestrator/run/search-of.ts";
import { ashaPromotion } from "../../../search/samplers/promotion.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { scriptedSpace } from "../../support/scripted-study.ts";
import { figure } from "../figures.ts";
import { studyKey } from "./coordinator.ts";
import { World, type WorldOptions } from "./world.ts";

const size = { trials: 40, epochs: 8, workers: 4 };
const isLong = process.env["SEQTUNE_FAULT_SEEDS"] !== undefined;
const asked = process.env["SEQTUNE_SIMULATED_SEED"];
const seconds = Number(
  process.env["SEQTUNE_SIMULATED_SECONDS"] ?? (asked === undefined ? (isLong ? 600 : 20) : 0),
);

interface Outcome {
  readonly number: number;
  readonly state: string;
  readonly params: unknown;
  readonly values: readonly (number | null)[];
  readonly attempts: number;
  readonly failed: number;
}

interface Ran {
  readonly world: World;
  readonly trace: string;
  readonly outcomes: readonly Outcome[];
}

async function run(options: Partial<WorldOptions> & { readonly seed: number }): Promise<Ran> {
  const world = new World({ ...size, faultMs: 700, ...options });
  try {
    const trace = await world.run();
    return { world, trace, outcomes: outcomesOf(world.db) };
  } finally {
    world.remove();
  }
}

function outcomesOf(db: string): readonly Outcome[] {
  const store = openStore(db, { readonly: true });
  const { id } = store.findStudy(studyKey)!;
  const outcomes = store.trials(id).map(({ number, state, params }) => {
    const attempts = store.attempts(id, number);
    const failed = attempts.filter((attempt) => attempt.state === "failed").length;
    const values = store.curve(id, number).map(({ value }) => value);
    return { number, state, params, values, attempts: attempts.length, failed };
  });
  store.close();
  return outcomes;
}

/** What is wrong with the end of a study, compared with one that nothing happened to. */
function faultsOf(ran: Ran, undisturbed: readonly Outcome[]): string[] {
  const found = [...ran.world.violations];
  if (ran.outcomes.length !== size.trials) found.push(`${ran.outcomes.length} trials`);
  for (const { number, state, params, values, attempts, failed } of ran.outcomes) {
    const due = undisturbed[number]!;
    if (JSON.stringify(params) !== JSON.stringify(due.params)) found.push(`trial ${number} is another one`);
    if (state === "failed" && (failed >= 3 || attempts >= 10)) continue; // it was given up, as it should
    // What a restored database lost of a trial that ended while no coordinator ran is lost.
    const isWhole = ran.world.restored > 0 || JSON.stringify(values) === JSON.stringify(due.values);
    if (state !== "complete" || !isWhole)
      found.push(`trial ${number} is ${state} after ${values.length} epochs and ${attempts} attempts`);
  }
  return found;
}

/** Trials pause at epochs 2 and 6, and the best go on. */
function promotion(): Pick<WorldOptions, "search"> {
  const asha = ashaPromotion(randomSampler(scriptedSpace), "val_mse", { ...size, min_epochs: 2, eta: 3 });
  const pausesAfter: Search["pausesAfter"] = (trial, epochs) => asha.pausesAfter(trial, epochs);
  return { search: { sampler: asha, pruner: asha, pausesAfter } };
}

/** What is wrong with the end of a study whose trials pause: who waits where in the end depends on who came first. */
function faultsOfPromotion({ world, outcomes }: Ran, undisturbed: readonly Outcome[]): string[] {
  const found = [...world.violations];
  if (outcomes.length !== size.trials) found.push(`${outcomes.length} trials`);
  for (const { number, state, values, attempts, failed } of outcomes) {
    if (state === "failed" && (failed >= 3 || attempts >= 10)) continue;
    const due = state === "complete" ? [size.epochs] : state === "pruned" ? [2, 6] : [];
    const isRight =
      JSON.stringify(values) === JSON.stringify(undisturbed[number]!.values.slice(0, values.length));
    if (world.restored === 0 && !(due.includes(values.length) && isRight))
      found.push(`trial ${number} is ${state} after ${values.length} epochs and ${attempts} attempts`);
  }
  return found;
}

function replay(seed: number): string {
  return `seed ${seed}; again: SEQTUNE_SIMULATED_SEED=${seed} npx vitest run --project integration test/faults/simulated`;
}

it(
  `loses nothing and counts nothing twice in ${seconds} s of studies in which everything dies`,
  async () => {
    const { outcomes: undisturbed } = await run({ seed: 0, faultMs: Infinity });
    const total = { studies: 0, deaths: 0, restored: 0 };
    const start = performance.now();
    const before = process.cpuUsage();
    const first = Number(asked ?? 1);
    const isDone = (): boolean => performance.now() - start > seconds * 1000;
    for (let seed = first; seed === first || !isDone(); seed++) {
      const pauses = seed % 3 === 0;
      const ran = await run({ seed, ...(pauses ? promotion() : {}) });
      expect((pauses ? faultsOfPromotion : faultsOf)(ran, undisturbed), replay(seed)).toEqual([]);
      total.studies += 1;
      total.deaths += ran.world.deaths;
      total.restored += ran.world.restored;
    }
    const { user, system } = process.cpuUsage(before);
    const [minutes, busy] = [(performance.now() - start) / 60_000, (user + system) / 60e6];
    const rate = `${Math.round(total.deaths / minutes)} deaths a minute, ${Math.round(total.deaths / busy)} a minute of CPU time`;
    const result = `${total.studies} studies, ${total.deaths} deaths, ${total.restored} restored databases; 0 lost, 0 double; ${rate}`;
    figure([1, 2, 3, 5, 13], `simulated lab, ${size.trials} trials × ${size.epochs} reports each`, result);
  },
  seconds * 1000 + 120_000,
);

it("notices a coordinator that takes for recorded what its disk refused (control)", async () => {
  const { world } = await run({ seed: 1, swallows: true });
  expect(world.violations).not.toEqual([]);
  for (const violation of world.violations)
    expect(violation).toMatch(/^report .* was acknowledged and is not in the database$/);
});

it("a simulated lab is the same run for the same seed, with trials that pause and go on", async () => {
  const [one, other] = [await run({ seed: 5, ...promotion() }), await run({ seed: 5, ...promotion() })];
  expect(one.world.violations).toEqual([]);
  expect(one.outcomes.every(({ state }) => ["complete", "pruned", "failed"].includes(state))).toBe(true);
  expect(other.trace).toBe(one.trace);
  expect(other.outcomes).toEqual(one.outcomes);
});
