interface Counted {
  readonly count: number;
  /** What is counted and why, after the number. */
  readonly words: string;
}

/**
 * The warnings of several configurations, each once. Those that differ in the number they begin with are one, with
 * the least and the most: configurations see the same data, so their numbers are no sum.
 */
export function mergedWarnings(all: readonly (readonly string[])[]): string[] {
  const alike = new Map<string, Set<string>>();
  for (const warning of all.flat()) {
    const key = wordsOnly(warning);
    alike.set(key, (alike.get(key) ?? new Set()).add(warning));
  }
  return [...alike.values()].map((warnings) => spanned([...warnings]));
}

/** The same for `1 window left out` and `12 windows left out`. */
function wordsOnly(warning: string): string {
  const { words } = counted(warning) ?? { words: warning };
  return words.replaceAll(/s\b/g, "");
}

function counted(warning: string): Counted | undefined {
  const [, count, words] = /^(\d+) (.*)$/.exec(warning) ?? [];
  return count === undefined || words === undefined ? undefined : { count: Number(count), words };
}

function spanned(warnings: readonly string[]): string {
  const all = warnings.map(counted).filter((one) => one !== undefined);
  if (warnings.length === 1 || all.length < warnings.length) return warnings[0]!;
  const sorted = all.toSorted((a, b) => a.count - b.count);
  const most = sorted.at(-1)!;
  return `${sorted[0]!.count} to ${most.count} ${most.words}, depending on the configuration`;
}
