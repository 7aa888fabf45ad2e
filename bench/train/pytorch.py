"""Training steps by PyTorch on one thread. Reads one request a line, answers with one line of JSON.

{"setup": {"window", "hidden", "layers", "batch", "features"}}  ->  {}
{"steps": n}  ->  milliseconds of each of n steps (forward, backward, Adam) on a batch in memory
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(1)


class Model(torch.nn.Module):
    def __init__(self, features, hidden, layers):
        super().__init__()
        self.lstm = torch.nn.LSTM(features, hidden, layers)
        self.head = torch.nn.Linear(hidden, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0][-1])


def setup(window, hidden, layers, batch, features):
    model = Model(features, hidden, layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = torch.randn(window, batch, features)
    y = torch.randn(batch, 1)

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
