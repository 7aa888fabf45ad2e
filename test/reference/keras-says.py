"""Opens a layers model in Keras 3 and prints what it says. stdin: {"model", "weights", "inputs", "shape"}; stdout: JSON."""

import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras  # noqa: E402
import numpy as np  # noqa: E402

given = json.load(sys.stdin)
model = keras.models.model_from_json(json.dumps(given["model"]["modelTopology"]))
values = np.array(given["weights"], dtype="float32")
weights, offset = [], 0
for spec in given["model"]["weightsManifest"][0]["weights"]:
    count = int(np.prod(spec["shape"]))
    weights.append(values[offset : offset + count].reshape(spec["shape"]))
    offset += count
model.set_weights(weights)
inputs = np.array(given["inputs"], dtype="float32").reshape(given["shape"])
json.dump(model.predict(inputs, verbose=0).reshape(-1).tolist(), sys.stdout)
