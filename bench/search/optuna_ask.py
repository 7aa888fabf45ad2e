"""Optuna behind ask and tell, one JSON message a line on standard input, one answer a line to every ask.

{"new": "tpe" | "gp" | "random", "seed": 1, "space": [...]} starts a study, {"ask": 3} answers with its parameters,
{"tell": 3, "value": 0.9} reports. Started by bench/search.ts.
"""

import json
import sys
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")


def sampler(name, seed):
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=seed)
    if name == "gp":
        return optuna.samplers.GPSampler(seed=seed)
    return optuna.samplers.RandomSampler(seed=seed)


def distribution(parameter):
    kind = optuna.distributions.IntDistribution if parameter["kind"] == "int" else optuna.distributions.FloatDistribution
    return kind(parameter["min"], parameter["max"], log=parameter["scale"] == "log")


for line in sys.stdin:
    message = json.loads(line)
    if "new" in message:
        study = optuna.create_study(direction="maximize", sampler=sampler(message["new"], message["seed"]))
        space = {parameter["name"]: distribution(parameter) for parameter in message["space"]}
        asked = {}
    elif "ask" in message:
        trial = study.ask(space)
        asked[message["ask"]] = trial
        print(json.dumps(trial.params), flush=True)
    else:
        study.tell(asked.pop(message["tell"]), message["value"])
