"""A sweep by Optuna and PyTorch, as one would write it: two processes, one thread each, one study in an SQLite file.

    python optuna_sweep.py ETTh1.csv --kind fixed|free --seed 1 --epochs 8 --trials 24

fixed: the eight configurations of GRID, each for some epochs, nothing pruned. free: TPE and the median rule over SPACE.
Prints one line of JSON: {"torch", "optuna", "reports": [[seconds, val_mse], ...], "seconds"}, seconds since the start of
this process, val_mse in the units of the column squared.
"""

import time

begun = time.time()

import argparse
import csv
import itertools
import json
import multiprocessing
import os
import tempfile
import warnings

WINDOW, BATCH, TRAIN, VALIDATION = 48, 64, 8640, 2880
COLUMNS = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]
GRID = [
    dict(zip(("hidden", "layers", "learning_rate"), values))
    for values in itertools.product([32, 64], [1, 2], [0.001, 0.003])
]


def read(file):
    import torch

    with open(file) as rows:
        table = torch.tensor([[float(row[c]) for c in COLUMNS] for row in csv.DictReader(rows)])
    table = table[: TRAIN + VALIDATION]
    mean, scale = table[:TRAIN].mean(0), table[:TRAIN].std(0, unbiased=False)
    table = (table - mean) / scale
    windows = table.unfold(0, WINDOW, 1)[:-1].transpose(1, 2)  # [samples, WINDOW, 7]
    targets = table[WINDOW:, -1:]
    cut = TRAIN - WINDOW
    return windows[:cut], targets[:cut], windows[cut:], targets[cut:], float(scale[-1]) ** 2


def train(data, params, seed, epochs, report):
    import torch

    x, y, vx, vy, unit = data
    torch.manual_seed(seed)

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            dropout = params.get("dropout", 0.0) if params["layers"] > 1 else 0.0
            self.lstm = torch.nn.LSTM(7, params["hidden"], params["layers"], batch_first=True, dropout=dropout)
            self.head = torch.nn.Linear(params["hidden"], 1)

        def forward(self, batch):
            return self.head(self.lstm(batch)[0][:, -1])

    model = Model()
    optimizer = torch.optim.Adam(model.parameters(), lr=params["learning_rate"])
    for epoch in range(epochs):
        model.train()
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            errors = [((model(a) - b) ** 2).sum() for a, b in zip(vx.split(512), vy.split(512))]
        if report(epoch + 1, float(sum(errors)) / len(vx) * unit):
            return


def work(index, options, storage, results):
    warnings.filterwarnings("ignore")
    import optuna
    import torch

    torch.set_num_threads(1)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    data = read(options.file)
    reports = []
    if options.kind == "fixed":
        sampler, pruner = None, optuna.pruners.NopPruner()
    else:
        sampler = optuna.samplers.TPESampler(seed=options.seed * 2 + index)
        pruner = optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=1)
    study = optuna.load_study(study_name="sweep", storage=storage, sampler=sampler, pruner=pruner)

    def objective(trial):
        if options.kind == "fixed":
            params = trial.user_attrs["params"]
        else:
            params = {
                "hidden": trial.suggest_categorical("hidden", [32, 64]),
                "layers": trial.suggest_categorical("layers", [1, 2]),
                "dropout": trial.suggest_float("dropout", 0, 0.5),
                "learning_rate": trial.suggest_float("learning_rate", 3e-4, 3e-2, log=True),
            }
        last = [float("nan")]

        def report(epoch, value):
            last[0] = value
            reports.append([time.time() - begun, value])
            trial.report(value, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()

        train(data, params, options.seed * 1000 + trial.number, options.epochs, report)
        return last[0]

    if options.kind == "fixed":
        study.optimize(objective, n_trials=len(GRID) // 2)
    else:
        study.optimize(objective, n_trials=options.trials // 2)
    results.put(reports)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--kind", choices=["fixed", "free"], required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--trials", type=int, default=24)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    import optuna
    import torch

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        storage = f"sqlite:///{folder}/study.db"
        study = optuna.create_study(study_name="sweep", storage=storage)
        if options.kind == "fixed":
            for params in GRID:
                study.enqueue_trial({}, user_attrs={"params": params})
        results = multiprocessing.Queue()
        processes = [
            multiprocessing.Process(target=work, args=(index, options, storage, results)) for index in range(2)
        ]
        for process in processes:
            process.start()
        reports = [report for _ in processes for report in results.get()]
        for process in processes:
            process.join()
    print(
        json.dumps(
            {
                "torch": torch.__version__,
                "optuna": optuna.__version__,
                "reports": sorted(reports),
                "seconds": time.time() - begun,
            }
        )
    )


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
