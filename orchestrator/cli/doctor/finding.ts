/** `missing` is something one can do without; `problem` stands in the way. */
export type FindingStatus = "ok" | "missing" | "problem";

/** One thing the doctor looked at. The shape of `doctor --json`: fields are added, never changed. */
export interface Finding {
  readonly name: string;
  readonly status: FindingStatus;
  /** What was found, or why not. */
  readonly found: string;
  /** What to do about it; `null` when there is nothing to do. */
  readonly advice: string | null;
}

export function ok(name: string, found: string): Finding {
  return { name, status: "ok", found, advice: null };
}

export function missing(name: string, found: string, advice: string): Finding {
  return { name, status: "missing", found, advice };
}

export function problem(name: string, found: string, advice: string): Finding {
  return { name, status: "problem", found, advice };
}
