"""What others would take on the further sets of bench/real-data.ts: the same rows, windows and metric, chosen on validation only.

    pip install statsmodels scikit-learn optuna torch aeon pyyaml
    python bench/real-data/peers.py bench/real-data/*.yaml [--seeds 5]

Forecasts: statsmodels' Holt-Winters (trend damped or not, with and without seasons, fitted on the training rows of each series), scikit-learn's
ridge on lags, and an LSTM in PyTorch searched by Optuna (TPE, median pruner) with the trials and epochs of the sweep. Classes: aeon's
MiniRocket with scikit-learn's ridge classifier, and the same LSTM. Prints a row of a table for each set and method.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import torch
import yaml
from sklearn.linear_model import Ridge, RidgeClassifierCV
from sklearn.model_selection import StratifiedKFold
from statsmodels.tsa.holtwinters import ExponentialSmoothing

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
torch.set_num_threads(1)


class Forecasts:
    """Windows of every series: inputs as changes to the last row or as they are, targets in deviations of the training rows."""

    def __init__(self, sweep: dict, folder: Path):
        data = sweep["data"]
        table = pd.read_csv(folder / data["file"])
        self.target, self.horizon, self.season = data["targets"][0], data["horizon"], data["season"]
        self.stride = data.get("stride", 1)
        self.known = data.get("known_future", [])
        columns = [c for c in data.get("features", [self.target]) if c != self.target]
        if "calendar" in data:
            time = pd.to_datetime(table[data["time"]])
            for part in data["calendar"]:
                turn = {"hour": time.dt.hour / 24, "weekday": time.dt.dayofweek / 7, "year": time.dt.dayofyear / 365.25}[part]
                for wave in ("sin", "cos"):
                    table[f"{part} {wave}"] = getattr(np, wave)(2 * np.pi * turn)
                    columns.append(f"{part} {wave}")
        groups = [g for _, g in table.groupby(data["group"])] if "group" in data else [table]
        self.series = []
        for g in groups:
            train, validation = data["split"]["train"], data["split"]["validation"]
            if train < 1:
                train, validation = round(train * len(g)), round((train + validation) * len(g)) - round(train * len(g))
            y = g[self.target].to_numpy(float)
            self.series.append((y, g[columns].to_numpy(float), g[self.known].to_numpy(float), train, train + validation))
        trained = np.concatenate([y[:train] for y, _, _, train, _ in self.series])
        self.center, self.scale = trained.mean(), trained.std()
        others = np.concatenate([x[:train] for _, x, _, train, _ in self.series])
        self.shift, self.spread = others.mean(0), others.std(0) + 1e-9
        ahead = np.concatenate([k[:train] for _, _, k, train, _ in self.series])
        self.known_shift, self.known_spread = ahead.mean(0), ahead.std(0) + 1e-9

    def origins(self, part: str, y, train: int, validation: int, window: int):
        if part == "train":
            return range(window, train - self.horizon + 1, self.stride)
        start, end = (train, validation) if part == "validation" else (validation, len(y))
        return range(start, end - self.horizon + 1)

    def windows(self, part: str, window: int, change: bool):
        """[samples, window, columns] inputs, [samples, known] inputs over the horizon, [samples, horizon] targets, last values."""
        xs, ks, ts, lasts = [], [], [], []
        for y, x, k, train, validation in self.series:
            z, x = (y - self.center) / self.scale, (x - self.shift) / self.spread
            k = (k - self.known_shift) / self.known_spread
            for t in self.origins(part, y, train, validation, window):
                last = z[t - 1] if change else 0
                xs.append(np.column_stack([z[t - window : t] - last, x[t - window : t]]))
                ks.append(k[t : t + self.horizon].ravel())
                ts.append(z[t : t + self.horizon] - last)
                lasts.append(last)
        return tuple(np.asarray(a, np.float32) for a in (xs, ks, ts, lasts))

    def holt_winters(self) -> float:
        def errors(part: str, seasonal: bool, damped: bool):
            found = []
            for y, _, _, train, validation in self.series:
                fit = ExponentialSmoothing(
                    y[:train],
                    trend="add",
                    damped_trend=damped,
                    seasonal="add" if seasonal else None,
                    seasonal_periods=self.season if seasonal else None,
                    initialization_method="estimated",
                ).fit()
                p = fit.params
                a, b = p["smoothing_level"], p["smoothing_trend"]
                g = p["smoothing_seasonal"] if seasonal else 0.0
                phi = p["damping_trend"] if damped else 1.0
                level, trend = p["initial_level"], p["initial_trend"]
                s = list(p["initial_seasons"]) if seasonal else [0.0]
                wanted = set(self.origins(part, y, train, validation, 0))
                for t in range(len(y) + 1):
                    if t in wanted:
                        steps = np.cumsum(phi ** np.arange(1, self.horizon + 1))
                        said = level + steps * trend + [s[(t + h) % len(s)] for h in range(self.horizon)]
                        found.append((said - y[t : t + self.horizon]) / self.scale)
                    if t == len(y):
                        break
                    before, season = level, s[t % len(s)]
                    level = a * (y[t] - season) + (1 - a) * (level + phi * trend)
                    trend_before = trend
                    trend = b * (level - before) + (1 - b) * phi * trend
                    if seasonal:
                        s[t % len(s)] = g * (y[t] - before - phi * trend_before) + (1 - g) * season
            return float(np.mean(np.square(found)))

        choices = [(seasonal, damped) for seasonal in (True, False) for damped in (True, False)]
        best = min(choices, key=lambda choice: errors("validation", *choice))
        return errors("test", *best)

    def ridge(self) -> float:
        best = (np.inf, np.inf)
        for window in self.window_lengths:
            for change in (True, False):
                (x, k, t, _), (vx, vk, vt, _), (ex, ek, et, _) = (
                    self.windows(part, window, change) for part in ("train", "validation", "test")
                )
                flat = lambda a, b: np.column_stack([a.reshape(len(a), -1), b])
                for alpha in 10.0 ** np.arange(-3, 4):
                    model = Ridge(alpha).fit(flat(x, k), t)
                    score = np.mean((model.predict(flat(vx, vk)) - vt) ** 2)
                    if score < best[0]:
                        best = (score, float(np.mean((model.predict(flat(ex, ek)) - et) ** 2)))
        return best[1]

    def lstm(self, trial, epochs: int, seed: int):
        window = trial.suggest_categorical("window", self.window_lengths)
        change = trial.suggest_categorical("change", [True, False])
        parts = {part: self.windows(part, window, change) for part in ("train", "validation", "test")}
        x, k, t, _ = parts["train"]
        net = Network(x.shape[2], k.shape[1], t.shape[1], trial, seed)
        loss = torch.nn.MSELoss()
        say = lambda part: net(torch.tensor(parts[part][0]), torch.tensor(parts[part][1])).detach().numpy()
        best = (np.inf, np.inf)
        for epoch in net.train_epochs(x, k, t, loss, epochs, 32):
            score = float(np.mean((say("validation") - parts["validation"][2]) ** 2))
            if score < best[0]:
                best = (score, float(np.mean((say("test") - parts["test"][2]) ** 2)))
            trial.report(score, epoch)
            if trial.should_prune():
                break
        trial.set_user_attr("test", best[1])
        return best[0]


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


class Classes:
    def __init__(self, sweep: dict, folder: Path):
        table = pd.read_csv(folder / sweep["data"]["file"])
        groups = [g for _, g in table.groupby("id", sort=False)]
        self.lengths = torch.tensor([len(g) for g in groups])
        longest = int(self.lengths.max())
        self.x = np.zeros((len(groups), longest, 2), np.float32)
        train = np.array([g["split"].iloc[0] == "train" for g in groups])
        values = np.concatenate([g["x"].to_numpy() for g, of in zip(groups, train) if of])
        for i, g in enumerate(groups):
            z = (g["x"].to_numpy() - values.mean()) / values.std()
            self.x[i, : len(z), 0] = z
            self.x[i, 1 : len(z), 1] = 5 * np.diff(z)
        names = sorted({g["label"].iloc[0] for g in groups})
        self.t = np.array([names.index(g["label"].iloc[0]) for g in groups])
        self.classes = len(names)
        self.train, self.test = np.flatnonzero(train), np.flatnonzero(~train)

    def mini_rocket(self, seed: int) -> float:
        from aeon.transformations.collection.convolution_based import MiniRocket

        last = self.x[np.arange(len(self.x)), self.lengths - 1, 0]
        padded = self.x[:, :, 0].copy()
        for i, n in enumerate(self.lengths):
            padded[i, n:] = last[i]
        rocket = MiniRocket(random_state=seed)
        a = rocket.fit_transform(padded[self.train][:, None])
        model = RidgeClassifierCV(np.logspace(-3, 3, 10)).fit(a, self.t[self.train])
        return float(model.score(rocket.transform(padded[self.test][:, None]), self.t[self.test]))

    def lstm(self, trial, epochs: int, seed: int):
        folds = list(StratifiedKFold(3, shuffle=True, random_state=1).split(self.train, self.t[self.train]))
        loss = torch.nn.CrossEntropyLoss()
        none = np.zeros((len(self.x), 0), np.float32)
        nets = [Network(2, 0, self.classes, trial, seed, bidirectional=True) for _ in folds]
        batch = trial.suggest_categorical("batch_size", [8, 16])

        def say(net, rows):
            return net(torch.tensor(self.x[rows]), torch.tensor(none[rows]), self.lengths[rows]).detach()

        rounds = []
        for net, (own, _) in zip(nets, folds):
            rows = self.train[own]
            rounds.append(net.train_epochs(self.x[rows], none[rows], self.t[rows], loss, epochs, batch, self.lengths[rows]))
        best = (np.inf, np.nan)
        for epoch in range(1, epochs + 1):
            scores = []
            for net, trained, (_, held) in zip(nets, rounds, folds):
                next(trained)
                rows = self.train[held]
                scores.append(float(loss(say(net, rows), torch.tensor(self.t[rows]))))
            score = float(np.mean(scores))
            if score < best[0]:
                said = sum(torch.softmax(say(net, self.test), 1) for net in nets).argmax(1).numpy()
                best = (score, float(np.mean(said == self.t[self.test])))
            trial.report(score, epoch)
            if trial.should_prune():
                break
        trial.set_user_attr("test", best[1])
        return best[0]


def row(name: str, method: str, values: list[float]) -> None:
    figure = lambda v: f"{v:.4f}" if abs(v) >= 0.01 else f"{v:.2e}"
    spread = f" ± {figure(float(np.std(values, ddof=1)))}" if len(values) > 1 else ""
    print(f"| {name} | {method} | {len(values)} | {figure(float(np.mean(values)))}{spread} |", flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("sweeps", nargs="+", type=Path)
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--no-lstm", action="store_true", help="the simple methods only")
given = parser.parse_args()
print("| set | method | seeds | test_mse, or for classes test_accuracy |\n|---|---|---|---|", flush=True)
for file in given.sweeps:
    sweep = yaml.safe_load(file.read_text())
    name, budget = sweep["name"], sweep["budget"]
    seeds = range(1, given.seeds + 1)
    if "task" in sweep["data"]:
        peers = Classes(sweep, file.parent)
        row(name, "MiniRocket (aeon) + ridge", [peers.mini_rocket(seed) for seed in seeds])
    else:
        peers = Forecasts(sweep, file.parent)
        peers.window_lengths = sweep["parameters"]["window"]["values"]
        row(name, "Holt-Winters (statsmodels)", [peers.holt_winters()])
        row(name, "ridge (scikit-learn)", [peers.ridge()])
    if given.no_lstm:
        continue
    found = []
    for seed in seeds:
        study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(seed=seed),
            pruner=optuna.pruners.MedianPruner(4, sweep["early_terminate"]["min_epochs"]),
        )
        study.optimize(lambda trial: peers.lstm(trial, budget["epochs"], seed), n_trials=budget["trials"])
        found.append(study.best_trial.user_attrs["test"])
    row(name, "LSTM (PyTorch), Optuna", found)
