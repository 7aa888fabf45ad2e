import Database from "better-sqlite3";
import { parse } from "csv-parse/sync";
import { parquetReadObjects } from "hyparquet";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { crc32c } from "../../../orchestrator/exports/tensorboard/events.ts";
import { readOptunaFile } from "../../../storage/optuna/read.ts";
import { commandLineIn } from "../../support/command-line.ts";
import { makeExportedStudy } from "../../support/exported-study.ts";
import { useFolder } from "../../support/use-folder.ts";

const own = useFolder();

beforeEach(async () => {
  await makeExportedStudy(own.db);
});

async function exported(format: string, out: string): Promise<string> {
  const place = path.join(own.folder, out);
  const ran = await commandLineIn(own.folder)(
    "export",
    "leaving",
    "--db",
    own.db,
    "--to",
    format,
    "--out",
    place,
  );
  expect(ran.err).toBe("");
  expect(ran.out).toContain(`study leaving, 4 trials, as ${format}`);
  return place;
}

/** State, values and curve of each trial. */
const trials = [
  [
    "COMPLETE",
    [0.25],
    [
      [1, 0.5],
      [2, 0.25],
      [3, 0.3],
    ],
  ],
  [
    "PRUNED",
    [0.6], // the last: Optuna ranks a pruned trial by that
    [
      [1, 0.55],
      [2, 0.6],
    ],
  ],
  [
    "FAIL",
    [],
    [
      [1, 2],
      [2, Number.NaN],
    ],
  ],
  [
    "RUNNING",
    [],
    [
      [1, Infinity],
      [2, 0.7],
    ],
  ],
];

describe("a study as Optuna's database", () => {
  it("has its trials, values, curves and distributions", async () => {
    const study = readOptunaFile(await exported("optuna", "o.db"));
    expect(study).toMatchObject({ name: "leaving", directions: ["MINIMIZE"], metricNames: ["val_mse"] });
    expect(study.trials.map(({ state, values, intermediate }) => [state, values, intermediate])).toEqual(
      trials,
    );
    const params = study.trials[1]!.params.map(({ name, value, distribution }) => [
      name,
      value,
      distribution,
    ]);
    expect(new Set(params)).toEqual(
      new Set([
        ["optimizer", 1, { name: "CategoricalDistribution", attributes: { choices: ["adam", "momentum"] } }],
        [
          "momentum",
          0.9,
          { name: "FloatDistribution", attributes: { step: 0.1, low: 0.5, high: 0.9, log: false } },
        ],
        ["features", 0, { name: "CategoricalDistribution", attributes: { choices: ["numeric", "OT,HUFL"] } }],
        [
          "learning_rate",
          0.1,
          { name: "FloatDistribution", attributes: { step: null, low: 0.001, high: 0.1, log: true } },
        ],
        ["clip_norm", 1, { name: "CategoricalDistribution", attributes: { choices: [null, 1] } }],
        ["layers", 1, { name: "IntDistribution", attributes: { log: false, step: 1, low: 1, high: 2 } }],
      ]),
    );
  });

  it("bears the mark of Optuna's newest tables", async () => {
    const file = new Database(await exported("optuna", "o.db"), { readonly: true });
    expect(file.prepare("SELECT version_num FROM alembic_version").pluck().all()).toEqual(["v3.2.0.a"]);
    expect(file.prepare("SELECT * FROM version_info").all()).toEqual([
      { version_info_id: 1, schema_version: 12, library_version: "5.0.0" },
    ]);
    file.close();
  });
});

it("seqtune export writes Optuna's journal, one trial in a line", async () => {
  const lines = readFileSync(await exported("optuna-journal", "o.log"), "utf8")
    .trimEnd()
    .split("\n");
  const trials = lines.filter((line) => line.startsWith('{"op_code": 4,'));
  expect(trials).toHaveLength(4);
  expect(trials[2]).toContain('"intermediate_values": {"1": 2, "2": NaN}');
  expect(trials[3]).toContain('"intermediate_values": {"1": Infinity, "2": 0.7}');
  expect(trials[0]).toContain('"state": 1, "value": 0.25, "values": null');
});

describe("a study as a folder of TensorBoard", () => {
  it("has one run per trial, its records with their checksums", async () => {
    const place = await exported("tensorboard", "logs");
    const runs = readdirSync(place).filter((name) => name.startsWith("trial-"));
    expect(runs).toEqual(["trial-0", "trial-1", "trial-2", "trial-3"]);
    const [file] = readdirSync(path.join(place, "trial-0"));
    const bytes = readFileSync(path.join(place, "trial-0", file!));
    const events: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = Number(bytes.readBigUInt64LE(at));
      const data = bytes.subarray(at + 12, at + 12 + length);
      const crc = crc32c(data);
      const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
      expect(bytes.readUInt32LE(at + 12 + length)).toBe(masked);
      events.push(data.toString("latin1"));
      at += length + 16;
    }
    expect(events[0]).toContain("brain.Event:2");
    expect(events[1]).toContain("_hparams_/session_start_info");
    expect(events.filter((event) => event.includes("val_mse") && !event.includes("best/"))).toHaveLength(3);
    expect(events.filter((event) => event.includes("best/val_mse"))).toHaveLength(1);
    expect(events.at(-1)).toContain("_hparams_/session_end_info");
  });

  // RFC 3720, appendix B.4.
  it.each([
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ])("computes CRC-32C as the standard has it: %#", (bytes, crc) => {
    expect(crc32c(bytes)).toBe(crc);
  });
});

describe("a study as tables", () => {
  const numbers = ["0", "1", "2", "3"];

  it("in CSV, whose trials a sweep can learn from", async () => {
    const place = await exported("csv", "tables");
    const trials: Record<string, string>[] = parse(readFileSync(path.join(place, "trials.csv")), {
      columns: true,
    });
    expect(trials.map(({ number }) => number)).toEqual(numbers);
    expect(trials[0]).toMatchObject({
      outcome: "complete",
      value: "0.25",
      metric: "val_mse",
      goal: "minimize",
      features: '["OT","HUFL"]',
      clip_norm: "null",
      momentum: "",
      started: "2026-01-02T03:05:00.000Z",
    });
    const reports: Record<string, string>[] = parse(readFileSync(path.join(place, "reports.csv")), {
      columns: true,
    });
    expect(reports).toHaveLength(9);
    expect(reports[6]).toMatchObject({ trial: "2", epoch: "2", val_mse: "NaN" });
  });

  it("in Parquet, with a type for each column", async () => {
    const place = await exported("parquet", "typed");
    const read = async (name: string): Promise<Record<string, unknown>[]> => {
      const { buffer } = new Uint8Array(readFileSync(path.join(place, name)));
      return await parquetReadObjects({ file: buffer });
    };
    const trials = await read("trials.parquet");
    expect(trials.map(({ number }) => number)).toEqual([0n, 1n, 2n, 3n]);
    expect(trials[0]).toMatchObject({
      outcome: "complete",
      value: 0.25,
      goal: "minimize",
      features: '["OT","HUFL"]',
      clip_norm: "null",
      momentum: null,
      started: "2026-01-02T03:05:00.000Z",
    });
    const reports = await read("reports.parquet");
    expect(reports).toHaveLength(9);
    expect(reports[6]).toMatchObject({ trial: 2n, epoch: 2n, val_mse: Number.NaN });
    expect(reports[7]).toMatchObject({ val_mse: Infinity });
  });

  it("in JSON", async () => {
    const read: unknown = JSON.parse(readFileSync(await exported("json", "all.json"), "utf8"));
    expect(read).toMatchObject({ study: "leaving", metric: "val_mse", trials: numbers.map(() => ({})) });
    expect(read).toHaveProperty("reports[7].val_mse", "Infinity");
  });
});

it("seqtune export never writes over what is there", async () => {
  const tell = commandLineIn(own.folder);
  writeFileSync(path.join(own.folder, "o.db"), "mine");
  mkdirSync(path.join(own.folder, "logs"));
  writeFileSync(path.join(own.folder, "logs", "mine"), "");
  const file = await tell("export", "leaving", "--db", own.db, "--to", "optuna", "--out", "o.db");
  expect(file).toMatchObject({ code: 1 });
  expect(file.err).toContain("o.db exists already; name another place with --out");
  const inside = await tell("export", "leaving", "--db", own.db, "--to", "tensorboard", "--out", "logs");
  expect(inside.err).toContain("logs is not empty; name another place with --out");
  const unknown = await tell("export", "leaving", "--db", own.db, "--to", "excel");
  expect(unknown.err).toContain(
    "Allowed choices are model, optuna, optuna-journal, tensorboard, csv, parquet, json",
  );
  expect(existsSync(path.join(own.folder, "logs", "mine"))).toBe(true);
});
