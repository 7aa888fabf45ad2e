import { InvalidArgumentError } from "commander";

/** Reads the number of a trial: 0, 1, 2, ... */
export function trialNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A trial's number is 0 or more.");
}
