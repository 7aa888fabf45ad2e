"""Optuna behind ask and tell, one JSON message a line on standard input, one answer a line to every ask.

{"new": "tpe" | "tpe-multivariate" | "tpe-independent" | "gp" | "random", "seed": 1, "space": [...]} starts a study, {"ask": 3}
answers with its parameters, {"tell": 3, "value": 0.9} reports; larger values are better. Started by bench/search*.ts.
"""

import json
import os
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")


def sampler(name, seed, space):
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=seed)
    if name == "tpe-multivariate":
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, group=any(p["when"] for p in space))
    if name == "tpe-independent":
        return optuna.samplers.TPESampler(seed=seed, multivariate=False)
    if name == "gp":
        return optuna.samplers.GPSampler(seed=seed, deterministic_objective=False)
    return optuna.samplers.RandomSampler(seed=seed)


def suggest(trial, parameter):
    name, kind = parameter["name"], parameter["kind"]
    if kind == "categorical":
        return trial.suggest_categorical(name, parameter["values"])
    if kind == "int":
        return trial.suggest_int(name, parameter["min"], parameter["max"], log=parameter["scale"] == "log")
    return trial.suggest_float(name, parameter["min"], parameter["max"], log=parameter["scale"] == "log")


def walk(trial, space):
    chosen = {}
    for parameter in space:
        if all(chosen.get(each["param"]) in each["in"] for each in parameter["when"]):
            chosen[parameter["name"]] = suggest(trial, parameter)
    return chosen


for line in sys.stdin:
    message = json.loads(line)
    if "new" in message:
        space = message["space"]
        study = optuna.create_study(direction="maximize", sampler=sampler(message["new"], message["seed"], space))
        asked = {}
    elif "ask" in message:
        trial = study.ask()
        asked[message["ask"]] = trial
        print(json.dumps(walk(trial, space)), flush=True)
    else:
        study.tell(asked.pop(message["tell"]), message["value"])
