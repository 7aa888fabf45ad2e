import type { z } from "zod";
import type { Link } from "../link/link.ts";
import type { KeyValues } from "../link/wire.ts";

export interface Entry {
  readonly value: unknown;
  readonly revision: number;
}

/** A key-value bucket of JSON values that exists already; needs no more rights than its keys. */
export class JsonBucket {
  private readonly kv: KeyValues;

  private constructor(kv: KeyValues) {
    this.kv = kv;
  }

  static async open(link: Link, name: string): Promise<JsonBucket> {
    return new JsonBucket(await link.wire.bucket(name));
  }

  async get(key: string): Promise<Entry | null> {
    const entry = await this.kv.get(key);
    if (entry === null || entry.operation !== "PUT") return null;
    return { value: parseJson(entry.string()), revision: entry.revision };
  }

  async put(key: string, value: unknown): Promise<number> {
    return await this.kv.put(key, JSON.stringify(value));
  }

  /** Writes a key that must not exist. Throws a lost race when it does. */
  async create(key: string, value: unknown): Promise<number> {
    return await this.kv.create(key, JSON.stringify(value));
  }

  /** Writes a key that must be at `revision`. Throws a lost race when it is not. */
  async update(key: string, value: unknown, revision: number): Promise<number> {
    return await this.kv.update(key, JSON.stringify(value), revision);
  }

  /** Removes a key that must be at `revision`. */
  async delete(key: string, revision: number): Promise<void> {
    await this.kv.delete(key, { previousSeq: revision });
  }
}

/** `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first thing wrong with a value, in a few words: `epoch: too small`. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? error.message : `${issue.path.join(".")}: ${issue.message}`;
}
