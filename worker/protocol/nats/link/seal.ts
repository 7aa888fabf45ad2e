import { sign, verify, type KeyObject } from "node:crypto";
import { signingKey, verifyingKey } from "./nkey-keys.ts";

/** Of 64 bytes in base64url, at the end of an object's JSON. */
const signed = /,"signature":"([\w-]{86})"\}$/;

/**
 * Signs what a coordinator says, and tells whether something was said by one. What is signed is the JSON together with the
 * subject it is said on, so that it means nothing elsewhere. Where no keys are given, as in a lab without credentials,
 * everything counts.
 */
export class Seal {
  /** Do only signed words count here? */
  readonly isStrict: boolean;
  private readonly key: KeyObject | null;
  private readonly trusted: readonly KeyObject[];

  /** `seed`: the nkey of who speaks; `coordinators`: public nkeys of those whose word counts. */
  constructor(seed: string | null, coordinators: readonly string[]) {
    this.key = seed === null ? null : signingKey(seed);
    this.trusted = coordinators.map((one) => verifyingKey(one));
    this.isStrict = coordinators.length > 0;
  }

  /** An object as JSON, signed where there is a key to sign with. */
  write(subject: string, value: object): string {
    const json = JSON.stringify(value);
    if (this.key === null) return json;
    const signature = sign(null, message(subject, json), this.key).toString("base64url");
    return `${json.slice(0, -1)},"signature":"${signature}"}`;
  }

  /** What was said; `undefined` where it is not JSON, or not said by one whose word counts. */
  read(subject: string, text: string): unknown {
    const match = signed.exec(text);
    const json = match === null ? text : `${text.slice(0, match.index)}}`;
    if (this.isStrict && (match === null || !this.isTrusted(subject, json, match[1]!))) return undefined;
    try {
      return JSON.parse(json);
    } catch {
      return undefined;
    }
  }

  private isTrusted(subject: string, json: string, signature: string): boolean {
    const bytes = Buffer.from(signature, "base64url");
    return this.trusted.some((key) => verify(null, message(subject, json), key, bytes));
  }
}

function message(subject: string, json: string): Buffer {
  return Buffer.from(`${subject}\n${json}`);
}
