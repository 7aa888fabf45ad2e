#!/usr/bin/env bash
# TensorFlow.js 4.22.0: `clipByValue` keeps NaN on the JavaScript backend (cpu), and turns it into the lower bound on the
# WebAssembly backend. Training with gradients clipped by value therefore hides a divergence on WebAssembly: the
# gradients stop being NaN, and the loss goes on as a number.
# Seen on Node 20.20, Linux x64: cpu [NaN, 1, -1], wasm [-1, 1, -1] for clipByValue([NaN, 5, -5], -1, 1).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
cat >clip.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
require("@tensorflow/tfjs-backend-wasm");
(async () => {
  tf.enableProdMode();
  const seen = {};
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    if (tf.getBackend() !== backend) throw new Error(`backend ${backend} is not in use`);
    seen[backend] = Array.from(await tf.clipByValue(tf.tensor1d([NaN, 5, -5]), -1, 1).data());
  }
  console.log("tfjs", tf.version_core, seen);
  const expected = { cpu: [NaN, 1, -1], wasm: [-1, 1, -1] };
  require("node:assert").deepStrictEqual(seen, expected);
})().catch((error) => { console.error(error.message); process.exit(1); });
JS
node clip.cjs
