import { z } from "zod";

/** What a trial's configuration is trained for once more, on rows that its search has held back. */
export type Retraining =
  /** On the validation rows, too. */
  | { readonly kind: "refit" }
  /** On all rows before part `part` (from 0) of the test rows, cut into `parts` in the order of time. */
  | { readonly kind: "backtest"; readonly part: number; readonly parts: number };

/** What a training after the search has seen: training samples, and the times of its first and last row where rows have times. */
export const rowsSeenSchema = z.strictObject({
  samples: z.int().min(1),
  from: z.string().max(60).optional(),
  until: z.string().max(60).optional(),
});
export type RowsSeen = z.infer<typeof rowsSeenSchema>;
