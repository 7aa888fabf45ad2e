import { wireVersion } from "../../../orchestrator/views/page/wire.ts";

/** An answer that is none, in words. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "Refused";
    this.status = status;
  }
}

/** The address of something the server knows; relative, as the page may stand under any path. */
export function apiUrl(...path: readonly string[]): string {
  return new URL(`api/${path.map(encodeURIComponent).join("/")}`, document.baseURI).href;
}

async function get(path: readonly string[]): Promise<Response> {
  const answer = await fetch(apiUrl(...path)).catch(() => {
    throw new Refused(0, "the server does not answer");
  });
  if (answer.ok) return answer;
  const text = await answer.text();
  throw new Refused(answer.status, errorIn(text) ?? (text || `status ${answer.status}`));
}

function errorIn(text: string): string | null {
  try {
    const read: unknown = JSON.parse(text);
    const found = typeof read === "object" && read !== null && "error" in read ? read.error : null;
    return typeof found === "string" ? found : null;
  } catch {
    return null;
  }
}

/**
 * What the server of this same version says at a path. Its shape is taken as the types they share have it: server and page are
 * built together, and `checkWire` finds out where they are not.
 */
export async function getJson<T>(...path: readonly string[]): Promise<T> {
  const answer = await get(path);
  return (await answer.json()) as T;
}

export async function getNumbers(...path: readonly string[]): Promise<Float64Array> {
  return new Float64Array(await (await get(path)).arrayBuffer());
}

/** Throws `Refused` where the server is of another version than this page. */
export function checkWire<T extends { readonly wire: number }>(said: T): T {
  if (said.wire === wireVersion) return said;
  throw new Refused(0, "the server is of another version of seqtune than this page; load the page again");
}
