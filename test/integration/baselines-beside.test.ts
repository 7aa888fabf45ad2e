import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSweep } from "../../orchestrator/config/load.ts";
import type { Sweep } from "../../orchestrator/config/sweep.ts";
import { StudyEvents, type StudyEvent } from "../../orchestrator/events.ts";
import { baselinesBeside } from "../../orchestrator/run/baselines/beside.ts";
import { readData } from "../../orchestrator/run/data-file.ts";
import { dataSettingsOf } from "../../orchestrator/run/look-at-data.ts";
import { resumeStudy, runSweep } from "../../orchestrator/run/run-sweep.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Study } from "../../storage/store.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let db: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-beside-"));
  db = path.join(folder, "studies.db");
});
afterEach(async () => {
  await removeFolder(folder);
});

async function waves(): Promise<Sweep> {
  const rows = Array.from({ length: 200 }, (_, i) => `${Math.sin(i / 4) + 0.1 * Math.cos(i * i)}`);
  writeFileSync(path.join(folder, "waves.csv"), ["y", ...rows].join("\n"));
  const file = path.join(folder, "sweep.yaml");
  writeFileSync(
    file,
    `data: {file: waves.csv, targets: [y], window: 8, horizon: 2, season: 25, folds: 2}
parameters: {learning_rate: {values: [0.01]}}
model: {layers: 1, hidden: 4}
budget: {trials: 1, epochs: 2}
workers: 1
`,
  );
  const loaded = await loadSweep(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.sweep;
}

async function direct(sweep: Sweep): Promise<Study["baselines"]> {
  const source = await readData(sweep.data.file, sweep.data.settings);
  const question = { source, settings: dataSettingsOf(sweep), metric: sweep.metric.name };
  return (await baselinesBeside(question, 2)).found;
}

function recorded(name: string): Study["baselines"] {
  const store = openStore(db, { readonly: true });
  try {
    return store.findStudy(name)!.baselines;
  } finally {
    store.close();
  }
}

/** As the data's file beside the database is named. */
function dataHash(): string {
  const store = openStore(db, { readonly: true });
  try {
    return store.latestStudy()!.data.sha256.slice(2, 20);
  } finally {
    store.close();
  }
}

function watched(): { readonly events: StudyEvents; readonly seen: StudyEvent[] } {
  const [events, seen] = [new StudyEvents(), [] as StudyEvent[]];
  events.on((event) => seen.push(event));
  return { events, seen };
}

describe("the baselines of a study", () => {
  it("are computed beside its trials, recorded and shown, and are those that a check shows", async () => {
    const sweep = await waves();
    const { events, seen } = watched();
    const { study, verdict } = await runSweep(sweep, { db, events });
    const expected = await direct(sweep);
    expect(expected.map(({ name }) => name)).toContain("season ago");
    expect(recorded(study)).toEqual(expected);
    const kinds = seen.map(({ kind }) => kind);
    expect(kinds.indexOf("study_started")).toBeLessThan(kinds.indexOf("baselines"));
    expect(seen.find(({ kind }) => kind === "baselines")).toMatchObject({ baselines: expected });
    expect(verdict).not.toBeNull();
  }, 120_000);

  it("need the data file once, as all of a run does: it is not opened after the first epoch, not even by the verdict", async () => {
    const sweep = await waves();
    const { events, seen } = watched();
    let gone = 0;
    events.on((event) => {
      if (event.kind !== "report" || gone > 0) return;
      rmSync(path.join(folder, "waves.csv"));
      const [blob] = readdirSync(`${db}.files`, { recursive: true, withFileTypes: true }).filter(
        (file) => file.isFile() && file.name.includes(dataHash()),
      );
      rmSync(path.join(blob!.parentPath, blob!.name));
      gone += 1;
    });
    const { state, study, verdict } = await runSweep(sweep, { db, events });
    expect({ state, gone }).toEqual({ state: "complete", gone: 1 });
    expect(verdict?.validation).not.toBeNull();
    expect(recorded(study).length).toBeGreaterThan(3);
    // One process: the verdict was asked of the worker that trained.
    expect(seen.filter(({ kind }) => kind === "worker_joined")).toHaveLength(1);
  }, 120_000);

  it("are computed by the run that goes on where the one before ended without them", async () => {
    const sweep = await waves();
    const finish = AbortSignal.abort();
    const now = new AbortController().signal;
    const first = await runSweep(sweep, { db, interrupts: { finish, now } });
    expect(first.state).toBe("interrupted");
    const store = openStore(db);
    const { id } = store.findStudy(first.study)!;
    store.setBaselines(id, []); // had they been ready
    store.close();
    await resumeStudy(first.study, { db });
    expect(recorded(first.study)).toEqual(await direct(sweep));
  }, 120_000);

  it("do not keep a study from its end where they cannot be computed", async () => {
    const sweep = await waves();
    const finish = AbortSignal.abort();
    const now = new AbortController().signal;
    const { study: name } = await runSweep(sweep, { db, interrupts: { finish, now } });
    const store = openStore(db);
    const study = store.findStudy(name)!;
    store.setBaselines(study.id, []);
    // A season that no longer fits: as if the sweep were of another version.
    const config = { ...sweep, data: { ...sweep.data, settings: { ...sweep.data.settings, season: 199 } } };
    store.setConfig(study.id, config);
    store.close();
    const { events, seen } = watched();
    expect(await resumeStudy(name, { db, events })).toMatchObject({ state: "complete" });
    const notices = seen.flatMap((event) => (event.kind === "notice" ? [event.message] : []));
    expect(notices).toContainEqual(
      expect.stringContaining("the baselines could not be computed: a `season`"),
    );
    expect(recorded(name)).toEqual([]);
  }, 120_000);
});
