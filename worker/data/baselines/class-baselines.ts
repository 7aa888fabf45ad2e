import type { Arranged } from "../split/arrange.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";

/** Every sample gets the shares of the classes among the training samples: the commonest class wins. */
export function majority(outputs: ClassOutputs, trained: Int32Array, rows: Int32Array): Float64Array {
  const { targets, outputs: width } = outputs.encode(trained);
  const shares = new Float64Array(width);
  for (let i = 0; i < targets.length; i++) shares[i % width]! += targets[i]! / trained.length;
  return Float64Array.from({ length: rows.length * width }, (_, i) => shares[i % width]!);
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
