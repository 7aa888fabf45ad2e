import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { compareScores } from "../search/scores.ts";

/** Recorded learning curves of many configurations of one model: the file format of the benchmarks folder. */
export interface Task {
  readonly name: string;
  /** Validation loss by configuration and epoch; `null`: not finite. */
  readonly curves: readonly (readonly (number | null)[])[];
  readonly epochs: number;
  /** Rank of each configuration by the best loss of its whole curve, 1 is best. */
  readonly ranks: readonly number[];
}

const fileSchema = z.object({
  task: z.string(),
  valid_loss: z.array(z.array(z.number().nullable()).min(1)).min(1),
});

export function readTask(folder: string, file: string): Task {
  const { task, valid_loss: curves } = fileSchema.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
  return { name: task, curves, epochs: curves[0]!.length, ranks: ranksOf(curves) };
}

function ranksOf(curves: Task["curves"]): readonly number[] {
  const bests = curves.map((curve) => Math.min(...curve.map((loss) => loss ?? Infinity)));
  const order = [...bests.keys()].sort((a, b) => compareScores(bests[a]!, bests[b]!));
  const ranks = bests.map(() => 0);
  for (const [place, configuration] of order.entries()) ranks[configuration] = place + 1;
  return ranks;
}
