/** What `/healthz` answers. */
export type Health =
  | { readonly ok: true; readonly state: string }
  | { readonly ok: false; readonly state: string; readonly problem: string };
