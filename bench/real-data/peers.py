"""What others would take on the sets of bench/real-data.ts: the same rows, windows and metric, chosen on validation only.

    pip install statsmodels scikit-learn optuna torch pyyaml numba && pip install --no-deps aeon==1.6.0
    python bench/real-data/peers.py SWEEP.yaml ... [--seeds 5] [--lstm-seeds 5] [--found peers.jsonl]

Forecasts: statsmodels' Holt-Winters (trend damped or not, with and without seasons, fitted on the last 5,000 training rows of each
series), scikit-learn's ridge on lags, and an LSTM in PyTorch searched by Optuna with the trials and epochs of the sweep. Classes:
aeon's MiniRocket with scikit-learn's ridge classifier, that classifier on the steps themselves, and the same LSTM, as a committee of
three folds. Forecasts are chosen on one stretch of validation, where a sweep has folds, too.

Prints a row of a table for each set and method. What is found goes to a file, a line each, and is not computed again, so the run
can be interrupted.
"""

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Callable

import numpy as np
import yaml

from peer_classes import Classes
from peer_forecasts import Forecasts
from peer_lstm import searched

warnings.filterwarnings("ignore")

parser = argparse.ArgumentParser()
parser.add_argument("sweeps", nargs="+", type=Path)
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--lstm-seeds", type=int, help="seeds of the LSTM (default: as --seeds; 0: the simple methods only)")
parser.add_argument("--found", type=Path, default=Path("peers.jsonl"))
parser.add_argument("--no-run", action="store_true", help="report what is there")
given = parser.parse_args()

known: dict[tuple[str, str, int], float] = {}
if given.found.exists():
    for line in given.found.read_text().splitlines():
        one = json.loads(line)
        known[one["set"], one["method"], one["seed"]] = one["value"]


def values(name: str, method: str, seeds: int, compute: Callable[[int], float]) -> list[float]:
    found = []
    for seed in range(1, seeds + 1):
        key = (name, method, seed)
        if key not in known and not given.no_run:
            begun = time.monotonic()
            known[key] = compute(seed)
            entry = {"set": name, "method": method, "seed": seed, "value": known[key], "seconds": round(time.monotonic() - begun, 1)}
            with given.found.open("a") as file:
                file.write(json.dumps(entry) + "\n")
        if key in known:
            found.append(known[key])
    return found


def figure(value: float) -> str:
    return f"{value:.4f}" if abs(value) >= 0.01 else f"{value:.2e}"


def row(name: str, method: str, found: list[float]) -> None:
    if not found:
        return
    spread = f" ± {figure(float(np.std(found, ddof=1)))}" if len(found) > 1 else ""
    print(f"| {name} | {method} | {len(found)} | {figure(float(np.mean(found)))}{spread} |", flush=True)


print("| set | method | seeds | test_mse, or for classes test_accuracy |\n|---|---|---|---|", flush=True)
for file in given.sweeps:
    sweep = yaml.safe_load(file.read_text())
    name = sweep["name"]
    peers = Classes(sweep, file.parent) if "task" in sweep["data"] else Forecasts(sweep, file.parent)
    if isinstance(peers, Classes):
        row(name, "MiniRocket (aeon) + ridge", values(name, "minirocket", given.seeds, peers.mini_rocket))
        row(name, "ridge (scikit-learn)", values(name, "ridge", 1, lambda _: peers.ridge()))
    else:
        row(name, "Holt-Winters (statsmodels)", values(name, "holt-winters", 1, lambda _: peers.holt_winters()))
        row(name, "ridge (scikit-learn)", values(name, "ridge", 1, lambda _: peers.ridge()))
    count = given.seeds if given.lstm_seeds is None else given.lstm_seeds
    row(name, "LSTM (PyTorch), Optuna", values(name, "lstm", count, lambda seed: searched(peers, sweep, seed)))
