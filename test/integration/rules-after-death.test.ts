/** A study that dies or is interrupted again and again searches and prunes as if nothing had happened. */
import path from "node:path";
import { expect, it } from "vitest";
import { StudyEvents } from "../../orchestrator/events.ts";
import { searchOf, type Search } from "../../orchestrator/run/search-of.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { sweepOf, sweepWith } from "../orchestrator/config/support.ts";
import { folder } from "../support/folder-per-test.ts";
import { runScripted } from "../support/scripted-study.ts";

const trials = 10;
const epochs = 16;

async function searchWith(rule: string): Promise<Search> {
  const parameters = "learning_rate: {min: 0.0001, max: 0.1, distribution: log_uniform}";
  const text = sweepWith(parameters, `method: tpe\nearly_terminate: ${rule}`);
  return searchOf(await sweepOf(text.replace("{trials: 5}", `{trials: ${trials}, epochs: ${epochs}}`)));
}

const at = (name: string): string => path.join(folder, `${name}.db`);

async function undisturbed(name: string, rule: string, epochMs: number): Promise<void> {
  const workerArgs = ["--epoch-ms", String(epochMs)];
  await runScripted(at(name), { trials, epochs, workers: 1, plan: await searchWith(rule), workerArgs });
}

/** Runs the study to its end, but for what happens to it after every `every` reports. */
async function disturbed(name: string, rule: string, how: "finish" | "now", every: number): Promise<number> {
  for (let disturbances = 0; ; disturbances++) {
    const disturbance = new AbortController();
    const events = new StudyEvents();
    let reports = 0;
    events.on((event) => {
      if (event.kind === "report" && ++reports === every) disturbance.abort();
    });
    const plan = await searchWith(rule);
    const interrupts = { [how]: disturbance.signal };
    const { state } = await runScripted(at(name), { trials, epochs, workers: 1, plan, events, interrupts });
    if (state === "complete") return disturbances;
  }
}

it.each([
  { rule: "{type: asha, min_epochs: 2, eta: 3}", pauses: true },
  { rule: "{type: thaw}", pauses: true },
  { rule: "{type: asha, mode: stop, min_epochs: 2, eta: 3}", pauses: false },
])(
  "early_terminate $rule decides the same, however late its verdicts arrive and however often the study ends",
  async ({ rule, pauses }) => {
    /** The configurations, how each ended and, where its worker stops by itself, after how many epochs. */
    const decisions = (name: string): unknown[] => {
      const store = openStore(at(name), { readonly: true });
      const all = store.trials(store.findStudy("scripted")!.id);
      store.close();
      return all.map(({ params, state, epochsDone }) => [params, state, pauses ? epochsDone : null]);
    };
    await undisturbed("late", rule, 0);
    await undisturbed("early", rule, 8);
    // A trial that is never paused has no checkpoint: after a kill it must still come to its end.
    const every = pauses ? 11 : epochs + 3;
    expect(await disturbed("killed", rule, "now", every)).toBeGreaterThan(1);
    expect(await disturbed("interrupted", rule, "finish", every)).toBeGreaterThan(1);
    for (const name of ["early", "killed", "interrupted"]) expect(decisions(name)).toEqual(decisions("late"));
  },
);
