/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** .0823, as the recorded figures are written. */
export function regretText(regret: number): string {
  return regret.toFixed(4).replace("0.", ".");
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of the mean of independent values; NaN for fewer than two. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

/** `.0823 ± .0041` */
export function meanWithError(values: readonly number[]): string {
  const error = standardError(values);
  return Number.isFinite(error)
    ? `${regretText(mean(values))} ± ${regretText(error)}`
    : regretText(mean(values));
}
