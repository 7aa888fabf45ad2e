import { z } from "zod";
import { Kept } from "./kept.ts";
import type { LcBench } from "./lcbench.ts";
import type { Reference } from "./references.ts";
import { CHECKPOINTS, taskRegret, type Strategy } from "./regret.ts";
import { mean, meanWithError } from "./table.ts";

export interface Contender extends Strategy {
  /** What the command line and the file of kept runs call it. */
  readonly key: string;
  /** One of our samplers? */
  readonly ours: boolean;
}

interface Place {
  readonly contender: Contender;
  readonly workers: number;
}

/** What a contender with so many workers came to: by seed, [tasks][checkpoints]. */
type Regrets = ReadonlyMap<number, readonly (readonly number[])[]>;

interface RegretRunsSettings {
  /** Plays seeds 0 to seeds - 1. */
  readonly seeds: number;
  /** File of the runs that are kept. */
  readonly cache: string | undefined;
  /** Ours are kept under this name; without it they are not. */
  readonly label: string | undefined;
  /** Every search is looked at until so many trials have ended. */
  readonly ended: number;
  /** Starts no run later than that. */
  readonly minutes: number;
}

/** Plays searches of several tasks. */
export class RegretRuns {
  private readonly bench: LcBench;
  private readonly settings: RegretRunsSettings;
  private readonly kept: Kept<readonly number[]>;
  private readonly until: number;
  /** Numbers of ended trials after which there is a regret. */
  readonly checkpoints: readonly number[];

  constructor(bench: LcBench, settings: RegretRunsSettings) {
    this.bench = bench;
    this.settings = settings;
    this.checkpoints = CHECKPOINTS.filter((n) => n <= settings.ended);
    this.kept = new Kept<readonly number[]>(settings.cache, z.array(z.number()));
    this.until = performance.now() + settings.minutes * 60_000;
  }

  /** The regrets of every place, a sentence where it did not run. Seed by seed; a seed counts when all its tasks are played. */
  async of(
    places: readonly Place[],
    tasks: readonly Reference[],
  ): Promise<ReadonlyMap<Place, Regrets | string>> {
    const regrets = new Map(
      places.map((place) => [place, new Map<number, readonly (readonly number[])[]>()]),
    );
    const failed = new Map<Place, string>();
    for (let seed = 0; seed < this.settings.seeds; seed++) {
      for (const [place, found] of regrets) {
        if (failed.has(place)) continue;
        const byTask = await this.seed(place, tasks, seed).catch(said);
        if (typeof byTask === "string") failed.set(place, byTask);
        else if (byTask !== undefined) found.set(seed, byTask);
      }
      console.error(`seed ${seed} after ${(performance.now() / 60_000).toFixed(1)} minutes`);
    }
    return new Map(places.map((place) => [place, failed.get(place) ?? regrets.get(place)!]));
  }

  /** `undefined`: a task is not kept, and there is no time to play it. */
  private async seed(
    { contender, workers }: Place,
    tasks: readonly Reference[],
    seed: number,
  ): Promise<readonly (readonly number[])[] | undefined> {
    const { label, ended } = this.settings;
    const keeps = !contender.ours || label !== undefined;
    const by = contender.ours ? `${contender.key} ${label}` : contender.key;
    const byTask: (readonly number[])[] = [];
    for (const reference of tasks) {
      const name = [by, reference.task, workers, seed].join("/");
      let run = keeps ? this.kept.find(name) : undefined;
      if (run === undefined || run.length < this.checkpoints.length) {
        if (performance.now() > this.until) return undefined;
        run = await taskRegret(this.bench, reference, contender, { seed, workers, ended });
        if (keeps) this.kept.keep(name, run);
      }
      byTask.push(run);
    }
    return byTask;
  }
}

/** By checkpoint, the mean over seeds and tasks ± the standard error over the seeds. */
export function overSeeds(regrets: Regrets, checkpoints: readonly number[]): readonly string[] {
  return checkpoints.map((_, at) => meanWithError([...bySeed(regrets, at).values()]));
}

/** By checkpoint, how much more regret than `alone` has, seed by seed, over the seeds that both have played. */
export function difference(
  regrets: Regrets,
  alone: Regrets,
  checkpoints: readonly number[],
): readonly string[] {
  return checkpoints.map((_, at) => {
    const before = bySeed(alone, at);
    const each = [...bySeed(regrets, at)].flatMap(([seed, regret]) => {
      const other = before.get(seed);
      return other === undefined ? [] : [regret - other];
    });
    return each.length === 0 ? "" : meanWithError(each);
  });
}

/** At one checkpoint the mean over the tasks, by seed. */
function bySeed(regrets: Regrets, checkpoint: number): ReadonlyMap<number, number> {
  return new Map([...regrets].map(([seed, runs]) => [seed, mean(runs.map((run) => run[checkpoint]!))]));
}

function said(error: unknown): string {
  return `did not run: ${error instanceof Error ? error.message : String(error)}`;
}
