import { describe, expect, it } from "vitest";
import { baselinesBeside, baselinesSoon, threadsAhead } from "../../orchestrator/run/baselines/beside.ts";
import { sweepBaselines } from "../../orchestrator/run/baselines/sweep-baselines.ts";
import { rngFor } from "../../search/random.ts";
import { readTable } from "../../worker/data/file/table.ts";
import { count, csv, settings } from "../worker/data/helpers.ts";

const rng = rngFor(1, "threads");
const y = count(400).map((i) => Math.sin(i / 4) + 0.2 * rng.normal());
const bytes = csv({ y });
const given = settings({ horizon: 3, targets: ["y"], window: 12, folds: 3 });
const question = { source: bytes, settings: given, metric: "val_mse" };

describe("baselines in threads", () => {
  it("are the same whatever the number of threads, and as those computed without any", async () => {
    const one = await baselinesBeside(question, 1);
    expect(one).toEqual(sweepBaselines(question));
    expect(one.found.map(({ name }) => name)).toEqual([
      "repeat last",
      expect.stringContaining("season ago"),
      "drift",
      "ets",
      "linear",
    ]);
    const ofTable = { ...question, source: readTable(bytes) };
    expect(await baselinesBeside(ofTable, 8)).toEqual(one);
    expect(await baselinesSoon(ofTable, 8)).toEqual(one);
  }, 30_000);

  it("are the same by threads that were started before there was a question", async () => {
    const { signal } = new AbortController();
    expect(threadsAhead(bytes.length, 3, 8, signal)).toBeNull(); // too few to be worth it
    const ahead = threadsAhead(1e6, 3, 2, signal);
    const [early, late] = [sweepBaselines(question), await baselinesSoon(question, 8, { ahead })];
    expect(late).toEqual(early);
  }, 30_000);

  it("say what is wrong with the data", async () => {
    const missing = { ...question, settings: { ...given, targets: ["z"] } };
    await expect(baselinesBeside(missing, 2)).rejects.toThrow('names the column "z"');
  }, 30_000);

  it("end when they are no longer wanted", async () => {
    const stopped = new AbortController();
    const wanted = baselinesBeside(question, 2, stopped.signal);
    stopped.abort();
    await expect(wanted).rejects.toThrow("abort");
    await expect(baselinesBeside(question, 2, stopped.signal)).rejects.toThrow("abort");
    const later = new AbortController();
    const ahead = threadsAhead(1e6, 3, 2, later.signal);
    later.abort();
    await expect(baselinesSoon(question, 2, { ahead })).rejects.toThrow("abort");
  }, 30_000);
});
