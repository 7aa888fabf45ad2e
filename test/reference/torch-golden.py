"""Golden figures for the engines from PyTorch, in double precision.

    python test/reference/torch-golden.py > test/reference/torch-golden.json      (PyTorch 2.13.0, numpy)
    npx oxfmt test/reference/torch-golden.json

Each network gets fixed weights and one batch. Recorded are its weights, the gradient of every weight at the
start, and the loss before each of ten full-batch steps for many optimizers, losses and settings. Names and
meaning of the settings are those of worker/protocol/model-settings.ts. PyTorch's own modules and optimizers
compute everything but the GRU that resets before the product (nn.GRU resets after it).
"""

import json
import sys

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SAMPLES, WINDOW, FEATURES, STEPS = 6, 3, 3, 10
torch.set_default_dtype(torch.float64)


class Gru(nn.Module):
    """Cho et al. 2014: the reset gate multiplies the state before the recurrent product."""

    def __init__(self, inputs, units):
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(inputs, 3 * units))
        self.recurrent = nn.Parameter(torch.empty(units, 3 * units))
        self.bias = nn.Parameter(torch.empty(3 * units))
        self.units = units

    def forward(self, x):
        h = x.new_zeros(x.shape[0], self.units)
        outputs = []
        for t in range(x.shape[1]):
            xz, xr, xn = (x[:, t] @ self.kernel + self.bias).chunk(3, 1)
            uz, ur, un = self.recurrent.chunk(3, 1)
            z, r = torch.sigmoid(xz + h @ uz), torch.sigmoid(xr + h @ ur)
            n = torch.tanh(xn + (r * h) @ un)
            h = z * h + (1 - z) * n
            outputs.append(h)
        return torch.stack(outputs, 1), h

    def named(self, prefix):
        return [(prefix, "kernel", self.kernel), (prefix, "recurrent", self.recurrent), (prefix, "bias", self.bias)]


class Builtin(nn.Module):
    """nn.LSTM or nn.RNN, one or both directions, its second bias fixed at zero."""

    def __init__(self, module, inputs, units, bidirectional):
        super().__init__()
        self.inner = module(inputs, units, batch_first=True, bidirectional=bidirectional)
        self.suffixes = [("", "l0")] + ([("/reverse", "l0_reverse")] if bidirectional else [])
        for _, suffix in self.suffixes:
            second = getattr(self.inner, f"bias_hh_{suffix}")
            second.data.zero_()
            second.requires_grad_(False)

    def forward(self, x, lengths=None):
        if lengths is None:
            outputs, state = self.inner(x)
        else:
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            outputs, state = self.inner(packed)
            outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x.shape[1])
        h = state[0] if isinstance(state, tuple) else state
        return outputs, torch.cat(list(h), 1)

    def named(self, prefix):
        found = []
        for way, suffix in self.suffixes:
            found.append((prefix + way, "kernel", getattr(self.inner, f"weight_ih_{suffix}")))
            found.append((prefix + way, "recurrent", getattr(self.inner, f"weight_hh_{suffix}")))
            found.append((prefix + way, "bias", getattr(self.inner, f"bias_ih_{suffix}")))
        return found


class Network(nn.Module):
    def __init__(self, settings, outputs):
        super().__init__()
        self.cell = settings.get("cell", "lstm")
        both = settings.get("bidirectional", False)
        sizes = settings["hidden"]
        inputs = FEATURES
        self.layers = nn.ModuleList()
        for units in sizes:
            if self.cell == "gru":
                self.layers.append(Gru(inputs, units))
            else:
                self.layers.append(Builtin(nn.LSTM if self.cell == "lstm" else nn.RNN, inputs, units, both))
            inputs = units * (2 if both else 1)
        self.head = nn.Linear(inputs if sizes else WINDOW * FEATURES, outputs)

    def forward(self, x, lengths=None):
        last = x.flatten(1)
        for layer in self.layers:
            x, last = layer(x) if lengths is None else layer(x, lengths)
        return self.head(last)

    def named(self):
        """Our name, whether PyTorch keeps it transposed, the parameter; in our order."""
        found = []
        for index, layer in enumerate(self.layers):
            for prefix, role, parameter in layer.named(f"{self.cell}{index}"):
                transposed = isinstance(layer, Builtin) and role != "bias"
                found.append((f"{prefix}/{role}", transposed, parameter))
        found.append(("dense/kernel", True, self.head.weight))
        found.append(("dense/bias", False, self.head.bias))
        return found


def seeded(settings, outputs):
    network = Network(settings, outputs)
    generator = torch.Generator().manual_seed(5)
    for name, _, parameter in network.named():
        values = torch.randn(parameter.shape, generator=generator) * 0.5
        parameter.data = values.float().double()  # exact in single precision, where the engines start
    return network


def batch(outputs, kind):
    generator = torch.Generator().manual_seed(11)
    inputs = torch.randn(SAMPLES, WINDOW, FEATURES, generator=generator).float().double()
    if kind == "number":
        targets = torch.randn(SAMPLES, outputs, generator=generator).float().double()
    elif kind == "labels":
        targets = (torch.arange(SAMPLES * outputs) % 5 < 2).double().reshape(SAMPLES, outputs)
    else:
        targets = nn.functional.one_hot(torch.tensor([0, 1, 2, 1, 1, 0]), outputs).double()
    return inputs, targets


def loss_function(settings):
    name = settings.get("loss", "mse")
    weights = settings.get("class_weights")
    if name == "mse":
        return nn.MSELoss()
    if name == "mae":
        return nn.L1Loss()
    if name == "huber":
        return nn.HuberLoss(delta=settings.get("huber_delta", 1))
    if name == "quantile":
        taus = settings["quantiles"]
        return lambda y, t: pinball(y, t, torch.tensor([taus[j % len(taus)] for j in range(y.shape[1])]))
    if name == "binary_crossentropy":
        if weights is None:
            return nn.BCEWithLogitsLoss()
        if len(weights) == 2:  # one output: weights of 0 and of 1
            return lambda y, t: nn.BCEWithLogitsLoss(weight=torch.where(t == 1, weights[1], weights[0]))(y, t)
        return nn.BCEWithLogitsLoss(pos_weight=torch.tensor(weights))
    given = None if weights is None else torch.tensor(weights)
    total = nn.CrossEntropyLoss(weight=given, reduction="sum")
    return lambda y, t: total(y, t.argmax(1)) / len(t)


def pinball(y, t, taus):
    return torch.maximum(taus * (t - y), (taus - 1) * (t - y)).mean()


def optimizer_for(network, settings):
    kernels = [p for name, _, p in network.named() if not name.endswith("bias")]
    biases = [p for name, _, p in network.named() if name.endswith("bias")]
    rate = settings["learning_rate"]
    name = settings.get("optimizer", "sgd")
    decay = settings.get("weight_decay", 0)
    groups = [{"params": kernels, "weight_decay": decay}, {"params": biases, "weight_decay": 0}]
    plain = kernels + biases
    betas = (settings.get("beta1", 0.9), settings.get("beta2", 0.999))
    epsilon = settings.get("epsilon", 1e-7)
    if name in ("sgd", "gradient_descent"):
        return torch.optim.SGD(plain, lr=rate)
    if name in ("momentum", "nesterov"):
        return torch.optim.SGD(plain, lr=rate, momentum=settings.get("momentum", 0.9), nesterov=name == "nesterov")
    if name == "adam":
        return torch.optim.Adam(plain, lr=rate, betas=betas, eps=epsilon)
    if name == "adamw":
        return torch.optim.AdamW(groups, lr=rate, betas=betas, eps=epsilon)
    if name == "nadam":
        return torch.optim.NAdam(plain, lr=rate, betas=betas, eps=epsilon)
    if name == "rmsprop":
        return torch.optim.RMSprop(
            plain, lr=rate, alpha=settings.get("rho", 0.9), momentum=settings.get("momentum", 0), eps=epsilon
        )
    if name == "adagrad":
        return torch.optim.Adagrad(plain, lr=rate, initial_accumulator_value=0.1, eps=epsilon)
    if name == "adadelta":
        return torch.optim.Adadelta(plain, lr=rate, rho=settings.get("rho", 0.95), eps=epsilon)
    raise ValueError(name)


def scheduler_for(optimizer, settings):
    schedule = settings.get("schedule", "constant")
    rate = settings["learning_rate"]
    total = settings.get("schedule_epochs", STEPS)
    if schedule == "constant":
        return None
    if schedule == "step":
        return torch.optim.lr_scheduler.StepLR(optimizer, settings["schedule_every"], settings["schedule_factor"])
    if schedule == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
    if schedule == "one_cycle":
        return torch.optim.lr_scheduler.OneCycleLR(
            optimizer, rate, total_steps=total, pct_start=settings["schedule_warmup"], cycle_momentum=False
        )
    raise ValueError(schedule)


def clip(network, settings):
    gradients = [p for _, _, p in network.named()]
    if settings.get("clip_value"):
        nn.utils.clip_grad_value_(gradients, settings["clip_value"])
    if settings.get("clip_norm"):
        nn.utils.clip_grad_norm_(gradients, settings["clip_norm"])


def train(settings, outputs, kind, lengths):
    network = seeded(settings, outputs)
    inputs, targets = batch(outputs, kind)
    optimizer = optimizer_for(network, settings)
    scheduler = scheduler_for(optimizer, settings)
    loss_of = loss_function(settings)
    l2 = settings.get("l2", 0)
    losses, gradients = [], None
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(network(inputs, lengths), targets)
        penalty = sum((p**2).sum() for name, _, p in network.named() if not name.endswith("bias"))
        (loss + l2 * penalty).backward()
        losses.append(loss.item())
        if gradients is None:
            gradients = {name: laid_out(p.grad, transposed) for name, transposed, p in network.named()}
        clip(network, settings)
        optimizer.step()
        if scheduler:
            scheduler.step()
    return [float(f"{loss:.9g}") for loss in losses], gradients


def laid_out(values, transposed):
    values = values.T if transposed else values
    return {"shape": list(values.shape), "data": [float(f"{value:.8g}") for value in values.flatten().tolist()]}


NETWORKS = {
    "lstm": dict(settings=dict(hidden=[4]), outputs=2, kind="number"),
    "stacked": dict(settings=dict(hidden=[3, 4]), outputs=1, kind="number"),
    "bidirectional": dict(settings=dict(hidden=[2, 3], bidirectional=True), outputs=1, kind="number"),
    "gru": dict(settings=dict(hidden=[3, 2], cell="gru"), outputs=1, kind="number"),
    "rnn": dict(settings=dict(hidden=[3, 2], cell="rnn"), outputs=1, kind="number"),
    "linear": dict(settings=dict(hidden=[]), outputs=2, kind="number"),
    "lengths": dict(settings=dict(hidden=[3, 2]), outputs=1, kind="number", lengths=[3, 1, 2, 3, 2, 1]),
    "both_lengths": dict(
        settings=dict(hidden=[2, 2], bidirectional=True), outputs=1, kind="number", lengths=[3, 1, 2, 3, 2, 1]
    ),
    "binary": dict(settings=dict(hidden=[3], loss="binary_crossentropy"), outputs=1, kind="labels"),
    "labels": dict(settings=dict(hidden=[3], loss="binary_crossentropy"), outputs=3, kind="labels"),
    "classes": dict(settings=dict(hidden=[3], loss="categorical_crossentropy"), outputs=3, kind="classes"),
}

SGD = dict(optimizer="sgd", learning_rate=0.1)
RUNS = [
    *[(network, SGD) for network in NETWORKS],
    ("stacked", dict(optimizer="gradient_descent", learning_rate=0.1)),
    ("stacked", dict(optimizer="momentum", learning_rate=0.05)),
    ("stacked", dict(optimizer="momentum", learning_rate=0.05, momentum=0.5)),
    ("stacked", dict(optimizer="nesterov", learning_rate=0.05)),
    ("stacked", dict(optimizer="adam", learning_rate=0.02)),
    ("stacked", dict(optimizer="adam", learning_rate=0.02, beta1=0.8, beta2=0.95, epsilon=1e-3)),
    ("stacked", dict(optimizer="adamw", learning_rate=0.02, weight_decay=0.1)),
    ("stacked", dict(optimizer="nadam", learning_rate=0.02)),
    # PyTorch adds epsilon to the root, TF.js and Keras under it: the same when it is tiny.
    ("stacked", dict(optimizer="rmsprop", learning_rate=0.01, epsilon=1e-20)),
    ("stacked", dict(optimizer="rmsprop", learning_rate=0.01, momentum=0.5, rho=0.8, epsilon=1e-20)),
    ("stacked", dict(optimizer="adagrad", learning_rate=0.05)),
    ("stacked", dict(optimizer="adadelta", learning_rate=1, epsilon=1e-6)),
    ("stacked", dict(SGD, clip_norm=0.05)),
    ("stacked", dict(SGD, clip_value=0.02)),
    ("stacked", dict(SGD, clip_value=0.02, clip_norm=0.05)),
    ("stacked", dict(SGD, l2=0.01)),
    ("stacked", dict(SGD, schedule="step", schedule_every=3, schedule_factor=0.5)),
    ("stacked", dict(SGD, schedule="cosine", schedule_epochs=8)),
    ("stacked", dict(SGD, schedule="one_cycle", schedule_warmup=0.4)),
    ("lstm", dict(SGD, loss="mae")),
    ("lstm", dict(SGD, loss="huber", huber_delta=0.7)),
    ("lstm", dict(SGD, loss="quantile", quantiles=[0.1, 0.5, 0.8])),
    ("binary", dict(SGD, class_weights=[0.5, 2.0])),
    ("labels", dict(SGD, class_weights=[0.5, 2.0, 3.0])),
    ("classes", dict(SGD, class_weights=[0.5, 2.0, 3.0])),
]


def main():
    networks, runs = {}, []
    for name, network in NETWORKS.items():
        inputs, targets = batch(network["outputs"], network["kind"])
        settings = dict(network["settings"])
        weights = {n: laid_out(p.data, transposed) for n, transposed, p in seeded(settings, network["outputs"]).named()}
        _, gradients = train(dict(settings, **SGD), network["outputs"], network["kind"], network.get("lengths"))
        networks[name] = dict(
            settings=dict(settings, layers=len(settings["hidden"])),
            inputs=laid_out(inputs, False)["data"],
            targets=laid_out(targets, False),
            lengths=network.get("lengths"),
            weights=weights,
            gradients=gradients,
        )
    for name, overrides in RUNS:
        network = NETWORKS[name]
        settings = dict(network["settings"], **overrides)
        losses, _ = train(settings, network["outputs"], network["kind"], network.get("lengths"))
        runs.append(dict(network=name, settings=overrides, losses=losses))
    shape = dict(samples=SAMPLES, window=WINDOW, features=FEATURES)
    json.dump(dict(torch=torch.__version__, **shape, networks=networks, runs=runs), sys.stdout, separators=(",", ":"))


main()
