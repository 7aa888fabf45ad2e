#!/usr/bin/env bash
# onnx 1.23.2: the reference evaluator, which the standard ships as the meaning of its operators, computes an LSTM with sigmoid and
# tanh whatever the node says. It accepts `activations` and `clip` and ignores them without a word, and the model checker is
# content. A model that Keras trained with hard_sigmoid, or one with a clipped cell, is "verified" against another function. The
# RNN operator of the same package does look at `activations`, and refuses those it does not know.
# Seen with Python 3.11, Linux x64: 0.2309 for three nodes where the equations of the operator give 0.2309, 0.482 and 0.1817.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet onnx==1.23.2
cat >lstm.py <<'PY'
import math
import numpy as np
import onnx
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

f32 = lambda *v: np.array(v, np.float32)
# One step of one unit. Only the cell's candidate sees the input, which is 4: the gates i, o and f stand at one half.
feeds = {"X": f32(4).reshape(1, 1, 1), "W": f32(0, 0, 0, 1).reshape(1, 4, 1), "R": np.zeros((1, 4, 1), np.float32)}

def evaluate(op, outputs, hidden, inputs, **attributes):
    node = helper.make_node(op, list(inputs), outputs, hidden_size=hidden, **attributes)
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape) for name, array in inputs.items()]
    result = helper.make_tensor_value_info(outputs[0], TensorProto.FLOAT, [1, 1, 1, 1])
    model = helper.make_model(helper.make_graph([node], "g", infos, [result]), opset_imports=[helper.make_opsetid("", 22)])
    onnx.checker.check_model(model, full_check=True)
    return round(float(ReferenceEvaluator(model).run(None, inputs)[0].ravel()[0]), 4)

lstm = lambda **attributes: evaluate("LSTM", ["Y"], 1, feeds, **attributes)
half = {"plain": {}, "relu": {"activations": ["Sigmoid", "Relu", "Tanh"]}, "clip": {"clip": 1.0}}
seen = {name: lstm(**attributes) for name, attributes in half.items()}
cell = lambda candidate: round(0.5 * math.tanh(0.5 * candidate), 4)
meant = {"plain": cell(math.tanh(4)), "relu": cell(4), "clip": cell(math.tanh(1))}
rnn = {"X": f32(4).reshape(1, 1, 1), "W": f32(1).reshape(1, 1, 1), "R": np.zeros((1, 1, 1), np.float32)}
try:
    looks = evaluate("RNN", ["Y"], 1, rnn, activations=["Relu"])
except RuntimeError as error:
    looks = str(error)
print(onnx.__version__, "LSTM", seen, "meant", meant, "RNN with Relu:", looks)
assert seen == {"plain": 0.2309, "relu": 0.2309, "clip": 0.2309}, seen
assert meant == {"plain": 0.2309, "relu": 0.482, "clip": 0.1817}, meant
assert "Relu" in str(looks), looks
PY
env/bin/python lstm.py
