import { computed } from "@preact/signals";
import type { PageTrial } from "../data/page-trial.ts";
import { route, setQuery } from "../route.ts";
import { conditionText, meets, readCondition, type Condition } from "./conditions.ts";

const texts = computed(() => route.value.query.getAll("where").join("\n"));

/** What is selected, in all plots and the table; it stands in the address. */
export const conditions = computed((): readonly Condition[] =>
  texts.value
    .split("\n")
    .map(readCondition)
    .filter((one) => one !== null),
);

export function setConditions(wanted: readonly Condition[]): void {
  setQuery((query) => {
    query.delete("where");
    for (const one of wanted) query.append("where", conditionText(one));
  });
}

/** The condition in place of others of its field; `null`: none of the field. */
export function setCondition(field: string, condition: Condition | null): void {
  const others = conditions.value.filter((one) => one.field !== field);
  setConditions(condition === null ? others : [...others, condition]);
}

export function chosen<T extends PageTrial>(trials: readonly T[]): readonly T[] {
  const wanted = conditions.value;
  return wanted.length === 0 ? trials : trials.filter((trial) => meets(trial, wanted));
}
