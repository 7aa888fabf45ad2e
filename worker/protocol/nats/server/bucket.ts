import type { z } from "zod";
import type { Link } from "../link/link.ts";
import type { Seal } from "../link/seal.ts";
import type { KeyValues } from "../link/wire.ts";
import { keySubject } from "./names.ts";

export interface Entry {
  /** `undefined`: it cannot be read. */
  readonly value: unknown;
  readonly revision: number;
}

/** A key-value bucket of JSON values that exists already; needs no more rights than its keys. */
export class JsonBucket {
  private readonly kv: KeyValues;
  private readonly name: string;
  private readonly seal: Seal;

  private constructor(kv: KeyValues, name: string, seal: Seal) {
    this.kv = kv;
    this.name = name;
    this.seal = seal;
  }

  static async open(link: Link, name: string): Promise<JsonBucket> {
    return new JsonBucket(await link.wire.bucket(name), name, link.seal);
  }

  async get(key: string): Promise<Entry | null> {
    const entry = await this.kv.get(key);
    if (entry === null || entry.operation !== "PUT") return null;
    return { value: parseJson(entry.string()), revision: entry.revision };
  }

  /** What a coordinator wrote there; its value is `undefined` where it was none whose word counts. */
  async getSealed(key: string): Promise<Entry | null> {
    const entry = await this.kv.get(key);
    if (entry === null || entry.operation !== "PUT") return null;
    const value = this.seal.read(keySubject(this.name, key), entry.string());
    return { value, revision: entry.revision };
  }

  async putSealed(key: string, value: object): Promise<number> {
    return await this.kv.put(key, this.sealed(key, value));
  }

  async createSealed(key: string, value: object): Promise<number> {
    return await this.kv.create(key, this.sealed(key, value));
  }

  async updateSealed(key: string, value: object, revision: number): Promise<number> {
    return await this.kv.update(key, this.sealed(key, value), revision);
  }

  private sealed(key: string, value: object): string {
    return this.seal.write(keySubject(this.name, key), value);
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
