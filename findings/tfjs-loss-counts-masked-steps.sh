#!/usr/bin/env bash
# TensorFlow.js 4.22.0: a Masking layer stops an LSTM at padded steps, and the loss counts those steps all the same. A model that is
# exact at every real step has the loss 3 because of one padded step of three, so fit() learns to predict the padding, and
# evaluate() depends on how much of it there is. Keras, whose models these are, leaves masked steps out (keras.losses.Loss, loss.py:
# the mask of the predictions becomes a weight), so the same file has another loss here than where it was trained.
# Seen on Node 20.20, Linux x64: the state at the padded step is that of the step before it; loss 3, of the real steps 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-layers@4.22.0
cat >mask.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const { layers, sequential, version_layers } = require("@tensorflow/tfjs-layers");
(async () => {
  tf.enableProdMode(); // no greeting
  await tf.setBackend("cpu");
  const model = sequential();
  model.add(layers.masking({ maskValue: 0, inputShape: [3, 1] }));
  model.add(layers.lstm({ units: 1, returnSequences: true, kernelInitializer: "ones", recurrentInitializer: "ones" }));
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const x = tf.tensor3d([[[1], [2], [0]]]); // the third step is padding
  const predicted = model.predict(x);
  const [, second, third] = predicted.dataSync();
  const y = tf.add(predicted, tf.tensor3d([[[0], [0], [3]]])); // right at the real steps, off by 3 at the padded one
  const loss = model.evaluate(x, y).dataSync()[0];
  console.log(JSON.stringify({ version: version_layers, masked: second === third, loss: Number(loss.toFixed(4)) }));
})().catch((error) => { console.error(error.message); process.exit(1); });
JS
seen=$(node mask.cjs | tail -n 1)
echo "$seen"
[ "$seen" = '{"version":"4.22.0","masked":true,"loss":3}' ]
