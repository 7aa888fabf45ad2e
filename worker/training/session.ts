import { prepareFolds } from "../data/prepare.ts";
import type { PreparedData } from "../data/prepared.ts";
import { readTable, type Table } from "../data/file/table.ts";
import type { Engine } from "../engines/engine.ts";
import { readingKey, readingOf } from "../protocol/file-settings.ts";
import type { EngineAssignment } from "../protocol/assignment.ts";
import { evaluateModel } from "./evaluate-model.ts";
import { failureOf } from "./failures.ts";
import type { SessionHooks } from "./hooks.ts";
import { testRange } from "./lr-range-test.ts";
import { predictFile } from "./predict-file.ts";
import type { RunOrder } from "./thread-messages.ts";
import { trainTrial } from "./train-trial.ts";
import type { Finished } from "./trainer.ts";

export interface Session {
  run(order: RunOrder, hooks: SessionHooks): Promise<Finished>;
}

/** Runs assignments on one engine, keeping the data file and its last preparation for the next trial. */
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
      return await evaluateModel({ engine, table, assignment, weights, hooks });
    case "predict":
      return await predictFile({ engine, table, assignment, weights, hooks });
    case "lr_range_test":
      return await testRange({
        engine,
        train: shelf.folds(table, assignment).at(-1)!.train,
        assignment,
        hooks,
      });
    default:
      return assignment satisfies never;
  }
}

/** The last data file as a table, and what the last trial's data settings made of it. */
class DataShelf {
  private file: { readonly key: string; readonly table: Table } | null = null;
  private prepared: { readonly key: string; readonly folds: readonly PreparedData[] } | null = null;

  table(assignment: EngineAssignment, bytes: Uint8Array | undefined): Table {
    const { sha256 } = assignment.data;
    const { data } = assignment.settings;
    const key = readingKey(sha256, data);
    if (this.file?.key === key) return this.file.table;
    if (bytes === undefined)
      throw new Error(`the data file ${sha256.slice(0, 12)}… was not sent with the trial`);
    this.prepared = null;
    this.file = { key, table: readTable(bytes, readingOf(data)) };
    return this.file.table;
  }

  folds(table: Table, { settings, data }: EngineAssignment): readonly PreparedData[] {
    const key = `${data.sha256} ${JSON.stringify(settings.data)}`;
    if (this.prepared?.key !== key) this.prepared = { key, folds: prepareFolds(table, settings.data) };
    return this.prepared.folds;
  }
}
