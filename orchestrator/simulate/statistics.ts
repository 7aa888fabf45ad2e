export interface MeanAndError {
  readonly mean: number;
  /** Standard error of the mean; NaN for fewer than two numbers. */
  readonly error: number;
}

export function meanAndError(numbers: readonly number[]): MeanAndError {
  const n = numbers.length;
  const [first] = numbers;
  // The mean of equal numbers is theirs to the last bit only without a sum.
  if (first !== undefined && n > 1 && numbers.every((number) => number === first))
    return { mean: first, error: 0 };
  const mean = numbers.reduce((sum, number) => sum + number, 0) / n;
  const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
