import { prepareFolds } from "../data/prepare.ts";
import { networkSamples } from "../data/outputs/quantiles.ts";
import type { PreparedData } from "../data/prepared.ts";
import { readTable, type Table } from "../data/file/table.ts";
import type { Engine } from "../engines/engine.ts";
import { readingKey, readingOf } from "../protocol/file-settings.ts";
import type { EngineAssignment } from "../protocol/assignment.ts";
import { evaluateModel } from "./evaluate-model.ts";
import { failureOf } from "./failures.ts";
import type { SessionHooks } from "./hooks.ts";
import { scoreInputs } from "./input-importance.ts";
import { testRange } from "./lr-range-test.ts";
import { retrain } from "./retrain.ts";
import { predictFile } from "./predict-file.ts";
import { Keep } from "./keep.ts";
import { keptFileBytes, type RunOrder } from "./thread-messages.ts";
import { trainTrial } from "./train-trial.ts";
import type { Finished } from "./trainer.ts";

export interface Session {
  run(order: RunOrder, hooks: SessionHooks): Promise<Finished>;
}

/** Runs assignments on one engine, keeping data files and what was made of them for the next trials. */
export function createSession(engine: Engine): Session {
  const shelf = new DataShelf();
  return {
    run: async (order, hooks) => {
      try {
        return await runOrder(engine, shelf, order, hooks);
      } catch (error) {
        return { end: failureOf(error) };
      }
    },
  };
}

async function runOrder(
  engine: Engine,
  shelf: DataShelf,
  order: RunOrder,
  hooks: SessionHooks,
): Promise<Finished> {
  const { assignment, weights } = order;
  const table = shelf.table(assignment, order.data);
  switch (assignment.kind) {
    case "trial":
      return await trainTrial({ engine, folds: shelf.folds(table, assignment), assignment, weights, hooks });
    case "evaluate":
      return await evaluateModel({ engine, table, assignment, weights, baselines: order.baselines, hooks });
    case "retrain":
      return await retrain({ engine, table, assignment, hooks });
    case "predict":
      return await predictFile({ engine, table, assignment, weights, hooks });
    case "score_inputs":
      return await scoreInputs({ engine, table, assignment, weights, hooks });
    case "lr_range_test":
      return await testRange({
        engine,
        train: networkSamples(assignment.settings.model, shelf.folds(table, assignment).at(-1)!.train),
        assignment,
        hooks,
      });
    default:
      return assignment satisfies never;
  }
}

/** Bytes of prepared data that are kept: trials of one study often differ in their windows. */
const keptPreparedBytes = 2 ** 30;

type Read = { readonly table: Table } | { readonly error: unknown };

/** Data files as tables, and what trials' data settings made of them. */
class DataShelf {
  private readonly tables = new Keep<Read>(keptFileBytes);
  private readonly prepared = new Keep<readonly PreparedData[]>(keptPreparedBytes);

  table(assignment: EngineAssignment, bytes: Uint8Array | undefined): Table {
    const { sha256 } = assignment.data;
    const { data } = assignment.settings;
    const key = readingKey(sha256, data);
    let read = this.tables.get(key);
    if (read === undefined) {
      if (bytes === undefined)
        throw new Error(`the data file ${sha256.slice(0, 12)}… was not sent with the trial`);
      read = this.tables.put(key, readOrWhyNot(bytes, data), bytes.length);
    }
    if ("error" in read) throw read.error;
    return read.table;
  }

  folds(table: Table, { settings, data }: EngineAssignment): readonly PreparedData[] {
    const key = `${data.sha256} ${JSON.stringify(settings.data)}`;
    const known = this.prepared.get(key);
    if (known) return known;
    const folds = prepareFolds(table, settings.data);
    return this.prepared.put(
      key,
      folds,
      folds.reduce((sum, fold) => sum + bytesOf(fold), 0),
    );
  }
}

/** A file that cannot be read is kept as well: the agent does not send it again. */
function readOrWhyNot(bytes: Uint8Array, data: EngineAssignment["settings"]["data"]): Read {
  try {
    return { table: readTable(bytes, readingOf(data)) };
  } catch (error) {
    return { error };
  }
}

function bytesOf({ train, validation }: PreparedData): number {
  return [train, validation].reduce(
    (sum, { values, starts, targets }) => sum + values.byteLength + starts.byteLength + targets.byteLength,
    0,
  );
}
