"""
The work of bench/overhead.ts in Optuna: random search, 10 reports a trial, median pruner asked each time. The argument is how
many trials its memory storage is given besides 2,000.
"""

import os
import sys
import tempfile
import time

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)


def objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("learning_rate", 1e-4, 1, log=True)
    trial.suggest_int("hidden", 8, 64)
    trial.suggest_categorical("layers", [1, 2])
    trial.suggest_categorical("batch_size", [32, 64, 128])
    trial.suggest_float("dropout", 0, 0.5)
    trial.suggest_categorical("optimizer", ["adam", "rmsprop", "sgd"])
    for epoch in range(1, 11):
        trial.report(rate + 1 / epoch, epoch)
        trial.should_prune()
    return rate


def measure(name: str, storage, trials: int) -> None:
    pruner = optuna.pruners.MedianPruner(n_startup_trials=10**9)
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=1), pruner=pruner)
    start = time.perf_counter()
    study.optimize(objective, n_trials=trials)
    print(f"| Optuna {optuna.__version__}, {name}, {trials} trials | {trials / (time.perf_counter() - start):.0f} |")


with tempfile.TemporaryDirectory() as folder:
    measure("SQLite", "sqlite:///" + os.path.join(folder, "optuna.db"), 100)
    measure("journal file", JournalStorage(JournalFileBackend(os.path.join(folder, "journal.log"))), 300)
    measure("in memory", None, 2000)
    if int(sys.argv[1]) != 2000:
        measure("in memory", None, int(sys.argv[1]))
