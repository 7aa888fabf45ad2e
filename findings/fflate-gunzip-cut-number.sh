#!/usr/bin/env bash
# fflate 0.8.3: gunzipSync of a .gz file of several members, as `cat a.gz b.gz` or an appending logger leaves it (RFC 1952 allows it),
# gives the first member cut to the length of the last one, without an error: "y\n1234\n" followed by "5678\n" reads as "y\n123". The
# last four bytes of the file, the length of its last member, size the buffer, and what does not fit is dropped; so is the rest of
# the file. A number may lose its last digits. The streaming Gunzip of the same package, gzip and Node's zlib give all of it.
# Seen on Node 20.20, Linux x64.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fflate@0.8.3
cat >members.mjs <<'JS'
import { gunzipSync as zlib, gzipSync } from "node:zlib";
import { Gunzip, decompressSync, gunzipSync, strFromU8 } from "fflate";
const file = new Uint8Array(Buffer.concat(["y\n1234\n", "5678\n"].map((text) => gzipSync(text))));
let streamed = "";
const stream = new Gunzip((chunk) => (streamed += strFromU8(chunk)));
stream.push(file, true);
const seen = { node: String(zlib(file)), streamed, gunzipSync: strFromU8(gunzipSync(file)), decompressSync: strFromU8(decompressSync(file)) };
console.log(JSON.stringify(seen));
JS
seen=$(node members.mjs)
echo "$seen"
[ "$seen" = '{"node":"y\n1234\n5678\n","streamed":"y\n1234\n5678\n","gunzipSync":"y\n123","decompressSync":"y\n123"}' ]
