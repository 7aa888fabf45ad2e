import { readFileSync } from "node:fs";
import { parseCredentials, type Credentials } from "../../../worker/protocol/nats/link/credentials.ts";

/** Who a process of these tests is, from a file of `seqtune nats-config`; nobody in particular without one. */
export function credentialsIn(file: string | undefined): Partial<Credentials> {
  if (file === undefined) return {};
  const parsed = parseCredentials(readFileSync(file, "utf8"));
  if (parsed === null) throw new Error(`${file} holds no credentials`);
  return parsed;
}
