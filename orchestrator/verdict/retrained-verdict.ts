import type { EvaluationRow } from "../../storage/store.ts";
import { judge, worthOf, type Judgement, type Worth } from "./verdict.ts";
import { verdictSentence } from "./words.ts";

/** What a model that was trained again after its search is worth, on the rows after those it has seen. */
export interface RetrainedVerdict {
  readonly worth: Worth;
  /** Without a full stop. */
  readonly sentence: string;
  readonly test: Judgement;
}

/** `null` where there is nothing to compare with. */
export function retrainedVerdict(row: EvaluationRow): RetrainedVerdict | null {
  const test = judge(row);
  if (test === null) return null;
  const worth = worthOf(test);
  return { worth, sentence: verdictSentence(test, worth), test };
}
