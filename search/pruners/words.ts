import { toValue, type Goal } from "../scores.ts";

/** A score as people read it, in the goal's own direction, four digits: "0.4123"; "not finite". */
export function shownScore(score: number, goal: Goal): string {
  const value = toValue(score, goal);
  return value === null ? "not finite" : shownNumber(value);
}

export function shownNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** "1 trial", "9 trials". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
