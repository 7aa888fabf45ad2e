import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/** Ed25519 keys as nkeys write them: base 32 of a prefix, 32 bytes and a checksum. A seed has two bytes of prefix, a public key one. */
const seedStart = 2;
const publicStart = 1;
const keyBytes = 32;
/** What comes before the bytes of an Ed25519 key in its DER form (RFC 8410). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
const spki = Buffer.from("302a300506032b6570032100", "hex");

export function signingKey(seed: string): KeyObject {
  const key = Buffer.concat([pkcs8, bytesOf(seed, seedStart)]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

export function verifyingKey(publicKey: string): KeyObject {
  const key = Buffer.concat([spki, bytesOf(publicKey, publicStart)]);
  return createPublicKey({ key, format: "der", type: "spki" });
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function bytesOf(nkey: string, start: number): Buffer {
  const bits = Array.from(nkey, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  return bytes.subarray(start, start + keyBytes);
}
