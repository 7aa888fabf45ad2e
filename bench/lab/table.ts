/** A row of the result: what was measured, the figure, what it should be (or, side by side, what it is elsewhere). */
export type Row = readonly [what: string, figure: string, aim: string];

export function perSecond(count: number, ms: number): string {
  return whole((count * 1000) / ms);
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** The value below which `share` of the sorted values lie. */
export function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1);
}

/** Events per second from the first moment (milliseconds) to the last. */
export function rate(moments: readonly number[]): string {
  return perSecond(moments.length, moments.at(-1)! - moments[0]!);
}

export function markdown(head: Row, rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
