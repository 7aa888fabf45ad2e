# Plays studies of several metrics with Optuna for bench/search-goals.ts: one JSON object a line in, one out for each "ask".
import json
import sys
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def sampler(name, seed, limits):
    broken = (lambda trial: trial.user_attrs["broken"]) if limits else None
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=seed, constraints_func=broken)
    if name == "tpe multivariate":
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, constraints_func=broken)
    if name == "nsga-ii":
        return optuna.samplers.NSGAIISampler(seed=seed, constraints_func=broken)
    if name == "gp":
        return optuna.samplers.GPSampler(seed=seed, constraints_func=broken)
    raise ValueError(name)


def draw(trial, parameter):
    name, low, high = parameter["name"], parameter["min"], parameter["max"]
    log = parameter["scale"] == "log"
    if parameter["kind"] == "int":
        return trial.suggest_int(name, low, high, log=log)
    return trial.suggest_float(name, low, high, log=log)


study, space, trials = None, None, {}
for line in sys.stdin:
    message = json.loads(line)
    if "new" in message:
        space, trials = message["space"], {}
        study = optuna.create_study(
            directions=["minimize"] * message["metrics"],
            sampler=sampler(message["new"], message["seed"], message["limits"]),
        )
    elif "ask" in message:
        trial = study.ask()
        trials[message["ask"]] = trial
        print(json.dumps({p["name"]: draw(trial, p) for p in space}), flush=True)
    else:
        trial = trials.pop(message["tell"])
        trial.set_user_attr("broken", message["broken"])
        study.tell(trial, message["values"])
