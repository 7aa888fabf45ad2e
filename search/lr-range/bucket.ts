import type { Params, ParamValue } from "../space.ts";

/** What decides which learning rate a model takes, as far as one range test stands for many configurations. */
const bucketSettings = ["layers", "hidden", "optimizer", "batch_size"] as const;

/** Sizes that are this near have the same range of learning rates. */
const roundedToOctave: ReadonlySet<string> = new Set(["hidden", "batch_size"]);

/**
 * The bucket of a configuration, as words: those of the four settings that vary in the study, hidden size and batch
 * size by octave (`hidden 16-31`). Empty when none varies.
 */
export function bucketOf(params: Params): string {
  return bucketSettings
    .flatMap((name) => {
      const value = params[name];
      return value === undefined ? [] : [`${name} ${inWords(name, value)}`];
    })
    .join(", ");
}

function inWords(name: string, value: ParamValue): string {
  if (typeof value !== "number" || !roundedToOctave.has(name))
    return JSON.stringify(value).replaceAll('"', "");
  const low = 2 ** Math.floor(Math.log2(value));
  return low === 1 ? "1" : `${low}-${2 * low - 1}`;
}
