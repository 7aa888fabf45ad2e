"""Training steps by PyTorch on one thread. Reads one request a line, answers with one line of JSON.

{"setup": {"window", "hidden", "layers", "batch", "features", "cell", "bidirectional", "lengths"}}  ->  {}
{"steps": n}  ->  milliseconds of each of n steps (forward, backward, Adam) on a batch in memory
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(1)


class Model(torch.nn.Module):
    def __init__(self, features, hidden, layers, cell, bidirectional):
        super().__init__()
        kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
        self.cell = kind(features, hidden, layers, bidirectional=bidirectional)
        self.head = torch.nn.Linear(hidden * (2 if bidirectional else 1), 1)
        self.directions = 2 if bidirectional else 1

    def forward(self, x):
        state = self.cell(x)[1]
        h = state[0] if isinstance(state, tuple) else state
        return self.head(torch.cat(list(h[-self.directions :]), 1))


def setup(window, hidden, layers, batch, features, cell, bidirectional, lengths):
    model = Model(features, hidden, layers, cell, bidirectional)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = torch.randn(window, batch, features)
    y = torch.randn(batch, 1)
    if lengths:
        ends = torch.randint(1, window + 1, (batch,))
        x = torch.nn.utils.rnn.pack_padded_sequence(x, ends, enforce_sorted=False)

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()

    return step


print(json.dumps({"torch": torch.__version__}), flush=True)
step = None
for line in sys.stdin:
    request = json.loads(line)
    if "setup" in request:
        step = setup(**request["setup"])
        print("{}", flush=True)
    else:
        times = []
        for _ in range(request["steps"]):
            start = time.perf_counter()
            step()
            times.append((time.perf_counter() - start) * 1e3)
        print(json.dumps(times), flush=True)
