import type { Study } from "../../storage/store.ts";

/** What a study tunes: models of ours, a program, or what is asked for. */
export type Tuned = "models" | "program" | "asked";

export function tunedBy(study: Pick<Study, "config">): Tuned {
  const config = configOf(study);
  if ("asked" in config) return "asked";
  return "program" in config ? "program" : "models";
}

/** The recorded sweep as far as it is a mapping. */
export function configOf({ config }: Pick<Study, "config">): Readonly<Record<string, unknown>> {
  return typeof config === "object" && config !== null ? { ...config } : {};
}
