"""An LSTM in PyTorch, searched by Optuna (TPE, median pruner), as a practitioner would write it."""

import numpy as np
import optuna
import torch
from sklearn.model_selection import StratifiedKFold

from peer_classes import Classes
from peer_forecasts import Forecasts

optuna.logging.set_verbosity(optuna.logging.ERROR)
torch.set_num_threads(1)


class Network(torch.nn.Module):
    def __init__(self, features: int, known: int, outputs: int, trial, seed: int, bidirectional: bool = False):
        torch.manual_seed(seed * 1000 + trial.number)
        super().__init__()
        hidden = trial.suggest_categorical("hidden", [16, 32] if not bidirectional else [16, 32, 48])
        layers = trial.suggest_categorical("layers", [1, 2])
        dropout = trial.suggest_float("dropout", 0, 0.3 if not bidirectional else 0.5)
        self.rate = trial.suggest_float("learning_rate", 0.001, 0.03, log=True)
        self.lstm = torch.nn.LSTM(features, hidden, layers, batch_first=True, dropout=dropout if layers > 1 else 0, bidirectional=bidirectional)
        self.dropout = torch.nn.Dropout(dropout)
        self.out = torch.nn.Linear(hidden * (2 if bidirectional else 1) + known, outputs)

    def forward(self, x, k, lengths=None):
        if lengths is not None:
            x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        _, (h, _) = self.lstm(x)
        h = h[-1] if not self.lstm.bidirectional else torch.cat([h[-2], h[-1]], 1)
        return self.out(torch.cat([self.dropout(h), k], 1))

    def train_epochs(self, x, k, t, loss, epochs: int, batch: int, lengths=None):
        x, k, t = (torch.tensor(a) for a in (x, k, t))
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.rate)
        steps = epochs * -(-len(x) // batch)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for epoch in range(1, epochs + 1):
            self.train()
            for rows in torch.randperm(len(x)).split(batch):
                optimizer.zero_grad()
                said = self(x[rows], k[rows], None if lengths is None else lengths[rows])
                loss(said, t[rows]).backward()
                torch.nn.utils.clip_grad_norm_(self.parameters(), 1)
                optimizer.step()
                schedule.step()
            self.eval()
            yield epoch


def forecast_trial(peers: Forecasts, trial, epochs: int, seed: int) -> float:
    window = trial.suggest_categorical("window", peers.window_lengths)
    change = trial.suggest_categorical("change", [True, False])
    parts = {part: peers.windows(part, window, change) for part in ("train", "validation", "test")}
    x, k, t = parts["train"]
    net = Network(x.shape[2], k.shape[1], t.shape[1], trial, seed)

    def error(part: str) -> float:
        px, pk, pt = parts[part]
        with torch.no_grad():
            said = [net(torch.tensor(a), torch.tensor(b)).numpy() for a, b in zip(np.array_split(px, 8), np.array_split(pk, 8))]
        return float(np.mean((np.concatenate(said) - pt) ** 2))

    best = (np.inf, np.inf)
    for epoch in net.train_epochs(x, k, t, torch.nn.MSELoss(), epochs, 32 if len(x) < 3000 else 128):
        score = error("validation")
        if score < best[0]:
            best = (score, error("test"))
        trial.report(score, epoch)
        if trial.should_prune():
            break
    trial.set_user_attr("test", best[1])
    return best[0]


def class_trial(peers: Classes, trial, epochs: int, seed: int) -> float:
    """Three folds side by side, whose networks answer together."""
    folds = list(StratifiedKFold(3, shuffle=True, random_state=1).split(peers.train, peers.t[peers.train]))
    loss = torch.nn.CrossEntropyLoss()
    none = np.zeros((len(peers.x), 0), np.float32)
    nets = [Network(peers.x.shape[2], 0, peers.classes, trial, seed, bidirectional=True) for _ in folds]
    batch = trial.suggest_categorical("batch_size", [8, 16])

    def say(net, rows):
        with torch.no_grad():
            return net(torch.tensor(peers.x[rows]), torch.tensor(none[rows]), peers.lengths[rows])

    rounds = []
    for net, (own, _) in zip(nets, folds):
        rows = peers.train[own]
        rounds.append(net.train_epochs(peers.x[rows], none[rows], peers.t[rows], loss, epochs, batch, peers.lengths[rows]))
    best = (np.inf, np.nan)
    for epoch in range(1, epochs + 1):
        scores = []
        for net, trained, (_, held) in zip(nets, rounds, folds):
            next(trained)
            rows = peers.train[held]
            scores.append(float(loss(say(net, rows), torch.tensor(peers.t[rows]))))
        score = float(np.mean(scores))
        if score < best[0]:
            said = sum(torch.softmax(say(net, peers.test), 1) for net in nets).argmax(1).numpy()
            best = (score, float(np.mean(said == peers.t[peers.test])))
        trial.report(score, epoch)
        if trial.should_prune():
            break
    trial.set_user_attr("test", best[1])
    return best[0]


def searched(peers: Forecasts | Classes, sweep: dict, seed: int) -> float:
    """Test figure of the trial that is best on validation."""
    one = class_trial if isinstance(peers, Classes) else forecast_trial
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(4, peers_rule(sweep)),
    )
    budget = sweep["budget"]
    study.optimize(lambda trial: one(peers, trial, budget["epochs"], seed), n_trials=budget["trials"])
    return float(study.best_trial.user_attrs["test"])


def peers_rule(sweep: dict) -> int:
    rules = sweep["early_terminate"]
    return (rules if isinstance(rules, dict) else rules[0])["min_epochs"]
