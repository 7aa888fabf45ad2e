const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * A curve in one line of text: the newest `width` values, scaled between their least and greatest on a log scale
 * when all are above 0 and span more than a decade. A value that is missing or not finite is `×`.
 */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const finite = shown.filter((value): value is number => value !== null && Number.isFinite(value));
  if (finite.length === 0) return "×".repeat(shown.length);
  const least = Math.min(...finite);
  const greatest = Math.max(...finite);
  const scale = least > 0 && greatest / least > 10 ? Math.log : (value: number): number => value;
  const low = scale(least);
  const span = scale(greatest) - low;
  return shown
    .map((value) => {
      if (value === null || !Number.isFinite(value)) return "×";
      const share = span === 0 ? 0 : (scale(value) - low) / span;
      return bars[Math.min(bars.length - 1, Math.floor(share * bars.length))];
    })
    .join("");
}
