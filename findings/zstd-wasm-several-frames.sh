#!/usr/bin/env bash
# @bokuweb/zstd-wasm 0.0.27, the reference library in WebAssembly: `decompress` takes a file of one frame only. A file of two frames, as
# `cat a.zst b.zst` leaves it, and one that begins with a frame to be skipped, as pzstd writes every file, end with the error "Failed
# to compress with code -70", though both are valid (RFC 8878, sections 3 and 3.1.2). The size of the output is taken from the first frame: of two
# frames the second has no room (-70 is "destination buffer is too small"), and a frame to be skipped holds nothing. The message names
# compression for what failed to decompress. fzstd 0.1.1 gives all of both files, as zstd does.
# Seen on Node 20.20, Linux x64.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bokuweb/zstd-wasm@0.0.27 fzstd@0.1.1
cat >frames.cjs <<'JS'
const { init, compress, decompress } = require("@bokuweb/zstd-wasm");
const fzstd = require("fzstd");
const attempt = (unpack, file) => {
  try {
    return String(Buffer.from(unpack(file)));
  } catch (error) {
    return `error: ${error.message}`;
  }
};
init().then(() => {
  const [one, other] = ["y\n1234\n", "5678\n"].map((text) => compress(Buffer.from(text)));
  const skipped = Buffer.from("502a4d180400000001020304", "hex");
  const files = { one, two: Buffer.concat([one, other]), skippableFirst: Buffer.concat([skipped, one]) };
  for (const [name, file] of Object.entries(files)) {
    console.log(JSON.stringify({ name, zstdWasm: attempt(decompress, file), fzstd: attempt(fzstd.decompress, file) }));
  }
});
JS
seen=$(node frames.cjs)
echo "$seen"
expected='{"name":"one","zstdWasm":"y\n1234\n","fzstd":"y\n1234\n"}
{"name":"two","zstdWasm":"error: Failed to compress with code -70","fzstd":"y\n1234\n5678\n"}
{"name":"skippableFirst","zstdWasm":"error: Failed to compress with code -70","fzstd":"y\n1234\n"}'
[ "$seen" = "$expected" ]
