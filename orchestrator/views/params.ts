import type { Params } from "../../search/space.ts";
import { paramText } from "./numbers.ts";

/** A configuration in one line: `layers=1 hidden=24 learning_rate=0.006`. */
export function paramLine(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${paramText(value)}`)
    .join(" ");
}
