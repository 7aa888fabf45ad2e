import type { Goals } from "../../search/goals/goals.ts";
import { goalsSchema } from "./goals-schema.ts";

/** What a stored study is judged by besides its metric; undefined: nothing. */
export function goalsOf({ config }: { readonly config: unknown }): Goals | undefined {
  if (typeof config !== "object" || config === null || !("goals" in config)) return undefined;
  const read = goalsSchema.safeParse(config.goals);
  return read.success ? read.data : undefined;
}
