import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createStudy,
  choice,
  float,
  int,
  type AskedTrial,
  type StudyOptions,
} from "../../orchestrator/index.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { openDesk } from "../../orchestrator/asked/create.ts";
import { newHolder, renew } from "../../orchestrator/asked/lease.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { useFolder } from "../support/use-folder.ts";

const place = useFolder();

const space = {
  lr: float(1e-4, 1e-1, { log: true }),
  layers: int(1, 4),
  optimizer: choice(["adam", "sgd"]),
  momentum: float(0.5, 0.99, { when: { optimizer: "sgd" } }),
};

function options(more: Partial<StudyOptions<typeof space>> = {}): StudyOptions<typeof space> {
  return {
    name: "s",
    db: place.db,
    metric: "loss",
    method: "random",
    seed: 1,
    budget: { trials: 12 },
    space,
    ...more,
  };
}

const lossOf = ({ params: { lr, layers } }: AskedTrial<typeof space>): number =>
  Math.abs(Math.log10(lr) + 2) + layers;

describe("a study that is asked", () => {
  it("gives typed configurations until its budget is done", async () => {
    await using study = await createStudy(options());
    const seen: unknown[] = [];
    await study.optimize((trial) => {
      expectTypeOf(trial.params).toEqualTypeOf<{
        readonly lr: number;
        readonly layers: number;
        readonly optimizer: "adam" | "sgd";
        readonly momentum: number | undefined;
      }>();
      expect(trial.params.momentum === undefined).toBe(trial.params.optimizer === "adam");
      seen.push(trial.params);
      return lossOf(trial);
    });
    expect(seen).toHaveLength(12);
    expect(study.reason).toBe("all trials of the budget are done");
    const board = study.leaderboard();
    expect(board).toMatchObject({ state: "complete", counts: { complete: 12 } });
    const values = board.trials.map(({ value }) => value!);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  it("asks the same after it was closed and opened again", async () => {
    const paramsOf = async (name: string, stops: readonly number[]): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (const stop of [...stops, Infinity]) {
        await using study = await createStudy(options({ name, method: "tpe" }));
        for await (const trial of study) {
          seen.push(trial.params);
          await trial.complete(lossOf(trial));
          if (seen.length === stop) break;
        }
      }
      return seen;
    };
    expect(await paramsOf("b", [3, 4, 9])).toEqual(await paramsOf("a", []));
  });

  it("stops and pauses trials by its rules, and goes on with those that deserve it", async () => {
    await using study = await createStudy(
      options({
        budget: { trials: 16, epochs: 8 },
        early_terminate: { type: "asha", min_epochs: 1, eta: 2 },
      }),
    );
    const trained = new Map<number, number[]>();
    await study.optimize(async (trial) => {
      const epochs = trained.get(trial.number) ?? [];
      trained.set(trial.number, epochs);
      expect(trial.fromEpoch).toBe(epochs.length);
      for (let epoch = trial.fromEpoch + 1; epoch <= trial.epochs; epoch++) {
        epochs.push(epoch);
        const verdict = await trial.report(epoch, { loss: lossOf(trial) + 1 / epoch, extra: epoch });
        if (verdict.kind !== "continue") return;
      }
    });
    const { counts, trials } = study.leaderboard();
    expect(counts.complete).toBeGreaterThan(0);
    expect(counts.complete + counts.pruned).toBe(16);
    for (const [number, epochs] of trained) {
      expect(epochs).toEqual(epochs.map((_, index) => index + 1));
      expect(trials.find((row) => row.number === number)?.epochs).toBe(epochs.length);
    }
  });

  it("tries enqueued trials first, and knows those that were reported", async () => {
    await using study = await createStudy(options({ budget: { trials: 3 } }));
    study.enqueue({ lr: 0.01, layers: 2, optimizer: "adam" });
    expect(study.tell({ lr: 0.02, layers: 3, optimizer: "sgd", momentum: 0.9 }, 0.25)).toBe(0);
    const first = await study.ask();
    expect(first).toMatchObject({ number: 1, params: { lr: 0.01, layers: 2, optimizer: "adam" } });
    await first!.complete(1);
    await study.optimize(lossOf);
    expect(study.leaderboard()).toMatchObject({
      counts: { complete: 4 },
      trials: [{ number: 0, value: 0.25 }, {}, {}, {}],
    });
  });

  it("refuses a configuration outside its space, and says what is wrong with it", async () => {
    await using study = await createStudy(options({ name: "strict" }));
    const adam = { lr: 0.01, layers: 2, optimizer: "adam" } as const;
    const words = "this is not a configuration of study strict: ";
    expect(() => study.tell({ ...adam, lr: 5 }, 1)).toThrow(`${words}lr: found 5; allowed: a number from`);
    expect(() => study.enqueue({ ...adam, momentum: 0.9 })).toThrow(
      `${words}momentum: momentum applies only when optimizer is "sgd"; remove it here`,
    );
    // @ts-expect-error layers is missing
    expect(() => study.enqueue({ lr: 0.01, optimizer: "adam" })).toThrow(`${words}layers is missing here`);
  });

  it("counts an objective that throws or returns nothing as failed, and values that are not finite as diverged", async () => {
    await using study = await createStudy(options({ budget: { trials: 3 } }));
    await study.optimize((trial) => {
      if (trial.number === 0) throw new Error("no such file");
      return trial.number === 1 ? undefined : Number.NaN;
    });
    expect(study.leaderboard().trials.toSorted((a, b) => a.number - b.number)).toMatchObject([
      { outcome: "failed", reason: "no such file" },
      { outcome: "failed", reason: "it said nothing about loss" },
      { outcome: "diverged" },
    ]);
  });

  it("says what is wrong with a report", async () => {
    await using study = await createStudy(options({ budget: { trials: 3, epochs: 5 } }));
    const trial = (await study.ask())!;
    await expect(trial.report(1, { acc: 1 })).rejects.toThrow(
      "trial 0 said nothing about loss; it said: acc",
    );
    await trial.report(2, 1);
    await expect(trial.report(2, 1)).rejects.toThrow("epoch 2 already");
    await expect(trial.report(6, 1)).rejects.toThrow("trial 0 has epochs 1 to 5");
    await trial.complete();
    expect(await trial.report(3, 1)).toMatchObject({ kind: "stop" });
  });

  it("gives different trials to several that ask at once, and loses none", async () => {
    const studies = await Promise.all(
      Array.from({ length: 4 }, () => createStudy(options({ method: "tpe", budget: { trials: 40 } }))),
    );
    const seen: number[] = [];
    await Promise.all(
      studies.map((study) =>
        study.optimize(
          async (trial) => {
            seen.push(trial.number);
            await new Promise(setImmediate);
            return lossOf(trial);
          },
          { concurrency: 2 },
        ),
      ),
    );
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(studies[0]!.leaderboard().counts.complete).toBe(40);
    await Promise.all(studies.map((study) => study.close()));
  });

  it("hands back what is open when it is closed or interrupted, and gives it out again", async () => {
    const stop = new AbortController();
    const first = await createStudy(options());
    await first.optimize(() => stop.abort(), { signal: stop.signal });
    const open = (await first.ask())!;
    expect(open).toMatchObject({ number: 0, attempt: 2 });
    await first.close();
    await using second = await createStudy(options());
    expect(await second.ask()).toMatchObject({ number: 0, attempt: 3, params: open.params });
    expect(await second.ask({ n: 2 })).toMatchObject([{ number: 1 }, { number: 2 }]);
  });

  it("refuses to go on with another space, and options that make no sense", async () => {
    await (await createStudy(options())).close();
    await expect(createStudy(options({ seed: 2 }))).rejects.toThrow(
      'a study named "s" exists and differs in its seed',
    );
    await expect(createStudy({ ...options(), name: "t", method: "baies" })).rejects.toThrow(
      /did you mean bayes/,
    );
    await expect(createStudy({ ...options(), name: "t", metric: "speed" })).rejects.toThrow(
      /goal: minimize, or goal: maximize/,
    );
    const broken = { lr: float(1, 0.5) };
    await expect(createStudy({ ...options(), name: "t", space: broken, enqueue: [] })).rejects.toThrow(
      /above max/,
    );
  });

  it("goes on beyond its budget when it is opened with a larger one", async () => {
    const first = await createStudy(options({ budget: { trials: 2 } }));
    await first.optimize(lossOf);
    await first.close();
    await using second = await createStudy(options({ budget: { trials: 5 } }));
    await second.optimize(lossOf);
    expect(second.leaderboard().counts.complete).toBe(5);
  });
});

describe("a trial whose holder is silent", () => {
  it("is lost after the lease, asked again, and what the old holder still says does not count", async () => {
    await (await createStudy(options())).close();
    const store = openStore(place.db);
    let now = Date.now();
    const clock = { ...systemClock, now: () => now, monotonic: () => now };
    const desk = openDesk(store, "s", place.db, clock);
    const [silent, other] = [newHolder(60_000, false), newHolder(60_000, false)];
    renew(store, desk.study.id, silent, now);
    const given = desk.ask(silent);
    if (given.kind !== "trial") throw new Error("no trial");
    const claim = { trial: given.trial, attempt: given.attempt, n: 0 };
    desk.report(claim, 1, { loss: 3 });
    now += 59_000;
    expect(desk.ask(other)).toMatchObject({ trial: 1 });
    now += 10_000;
    expect(desk.ask(other)).toMatchObject({ trial: 0, attempt: 2, params: given.params });
    expect(desk.complete(claim)).toBe(false);
    expect(desk.report(claim, 1, { loss: 3 })).toMatchObject({ kind: "stop", reason: /given to another/ });
    expect(store.attempts(desk.study.id, 0).map(({ state }) => state)).toEqual(["lost", "running"]);
    store.close();
  });
});
