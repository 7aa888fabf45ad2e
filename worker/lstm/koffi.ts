import { createRequire } from "node:module";

export type Koffi = typeof import("koffi");

/** Why compiled code cannot be used here, and what to do about it. */
export class NativeUnavailable extends Error {
  readonly remedy: string;
  constructor(reason: string, remedy: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "NativeUnavailable";
    this.remedy = remedy;
  }
}

/** Throws `NativeUnavailable`: koffi is an optional dependency. */
export function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch (cause) {
    throw new NativeUnavailable("koffi is not installed", "npm install koffi", { cause });
  }
}
