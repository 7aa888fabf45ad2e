import type { Arranged } from "../split/arrange.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";

/** The shares of the classes among the training samples: the commonest class wins. */
export function classShares(outputs: ClassOutputs, trained: Int32Array): number[] {
  const { targets, outputs: width } = outputs.encode(trained);
  const shares = Array.from({ length: width }, () => 0);
  for (let i = 0; i < targets.length; i++) shares[i % width]! += targets[i]! / trained.length;
  return shares;
}

/** The newest class known `back` rows before each row (1: the row before). */
export function classAgo(
  outputs: ClassOutputs,
  arranged: Pick<Arranged, "blocks">,
  rows: Int32Array,
  back: number,
): Float64Array {
  const earlier = outputs.labels.map((label) => {
    const known = carriedForward(label.codes, arranged);
    return { ...label, codes: known.map((_, row) => known[row - back] ?? 0) };
  });
  return Float64Array.from(new ClassOutputs(outputs.task, earlier).encode(rows).targets);
}

/** Missing classes take the newest earlier one of their series; the first class where there is none. */
function carriedForward(codes: Int32Array, { blocks }: Pick<Arranged, "blocks">): Int32Array {
  const result = codes.slice();
  for (const { start, end } of blocks) {
    let last = 0;
    for (let row = start; row < end; row++) {
      if (result[row]! < 0) result[row] = last;
      else last = result[row]!;
    }
  }
  return result;
}
