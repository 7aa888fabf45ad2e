"""BoTorch and SMAC3 behind ask and tell, as optuna_ask.py does it for Optuna.

{"new": "qlognei" | "smac" | "smac-once", "seed": 1, "space": [...], "trials": 50} starts a study, {"ask": 3} answers with its parameters, {"tell": 3,
"value": 0.9} reports; larger values are better; {"best": true} answers with the number of the trial it would name. Spaces without conditions.

qlognei: SingleTaskGP with BoTorch's own priors on the unit cube (choices one-hot), qLogNoisyExpectedImprovement over the observed
points with what runs as pending; six scrambled Sobol points first; names the observed point with the best posterior mean.
smac: HyperparameterOptimizationFacade with its defaults, told that values are noisy, so that it asks for configurations again; names its
incumbent. smac-once: the same, told that they are not.
"""

import json
import logging
import os
import sys
import tempfile
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import numpy as np

START = 6


class Cube:
    """Configurations as points of the unit cube: a coordinate for each number, one for each value of a choice."""

    def __init__(self, space):
        if any(p["when"] for p in space):
            sys.exit("anchors_ask.py plays spaces without conditions")
        self.space = space
        self.size = sum(self.width(p) for p in space)

    def width(self, p):
        return len(p["values"]) if p["kind"] == "categorical" else 1

    def decode(self, x):
        chosen, at = {}, 0
        for p in self.space:
            part = x[at : at + self.width(p)]
            at += self.width(p)
            if p["kind"] == "categorical":
                chosen[p["name"]] = p["values"][int(np.argmax(part))]
                continue
            low, high, log = p["min"], p["max"], p["scale"] == "log"
            u = float(min(max(part[0], 0), 1))
            value = low * (high / low) ** u if log else low + u * (high - low)
            if p["kind"] == "int":
                value = min(max(int(round(value)), low), high)
            chosen[p["name"]] = value
        return chosen

    def encode(self, params):
        x = []
        for p in self.space:
            value = params[p["name"]]
            if p["kind"] == "categorical":
                x.extend(1.0 if value == each else 0.0 for each in p["values"])
            elif p["scale"] == "log":
                x.append(float(np.log(value / p["min"]) / np.log(p["max"] / p["min"])))
            else:
                x.append((value - p["min"]) / (p["max"] - p["min"]))
        return x


class QLogNei:
    def __init__(self, seed, space, trials):
        import torch
        from torch.quasirandom import SobolEngine

        torch.set_num_threads(1)
        torch.set_default_dtype(torch.double)
        torch.manual_seed(seed)
        self.cube = Cube(space)
        self.first = SobolEngine(self.cube.size, scramble=True, seed=seed).draw(START).numpy()
        self.points, self.values = {}, {}

    def ask(self, trial):
        params = self.cube.decode(self.first[trial] if trial < START else self.improve())
        self.points[trial] = self.cube.encode(params)
        return params

    def tell(self, trial, value):
        self.values[trial] = value

    def model(self):
        import torch
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import SingleTaskGP
        from gpytorch.mlls import ExactMarginalLogLikelihood

        xs = torch.tensor([self.points[trial] for trial in self.values])
        ys = torch.tensor([[value] for value in self.values.values()])
        model = SingleTaskGP(xs, ys)
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        return model, xs

    def improve(self):
        import torch
        from botorch.acquisition import qLogNoisyExpectedImprovement
        from botorch.optim import optimize_acqf

        if len(self.values) < 2:
            return np.random.default_rng(len(self.points)).random(self.cube.size)
        model, xs = self.model()
        running = [x for trial, x in self.points.items() if trial not in self.values]
        pending = torch.tensor(running) if running else None
        criterion = qLogNoisyExpectedImprovement(model, xs, X_pending=pending, prune_baseline=True)
        box = torch.stack([torch.zeros(self.cube.size), torch.ones(self.cube.size)])
        found, _ = optimize_acqf(criterion, box, q=1, num_restarts=8, raw_samples=256)
        return found[0].numpy()

    def best(self):
        if len(self.values) < 3:
            return max(self.values, key=self.values.get)
        model, xs = self.model()
        return list(self.values)[int(model.posterior(xs).mean.argmax())]


class Smac:
    def __init__(self, seed, space, trials, deterministic=False):
        import ConfigSpace as cs
        from smac import HyperparameterOptimizationFacade, Scenario

        logging.disable(logging.CRITICAL)
        self.domains = {p["name"]: p for p in space}
        searched = cs.ConfigurationSpace(seed=seed)
        for p in space:
            if any(p["when"]):
                sys.exit("anchors_ask.py plays spaces without conditions")
            searched.add(self.parameter(cs, p))
        folder = tempfile.mkdtemp()
        scenario = Scenario(
            searched, deterministic=deterministic, n_trials=trials, seed=seed, output_directory=folder
        )
        self.smac = HyperparameterOptimizationFacade(
            scenario, lambda config, seed: 0.0, overwrite=True, logging_level=False
        )
        self.asked, self.trials = {}, {}

    def parameter(self, cs, p):
        if p["kind"] == "categorical":
            return cs.CategoricalHyperparameter(p["name"], list(range(len(p["values"]))))
        kind = cs.UniformIntegerHyperparameter if p["kind"] == "int" else cs.UniformFloatHyperparameter
        return kind(p["name"], p["min"], p["max"], log=p["scale"] == "log")

    def ask(self, trial):
        info = self.smac.ask()
        self.asked[trial] = info
        self.trials[info.config] = trial
        params = {}
        for name, value in dict(info.config).items():
            p = self.domains[name]
            params[name] = p["values"][int(value)] if p["kind"] == "categorical" else value
        return {k: v.item() if hasattr(v, "item") else v for k, v in params.items()}

    def tell(self, trial, value):
        from smac.runhistory.dataclasses import TrialValue

        self.smac.tell(self.asked[trial], TrialValue(cost=-value))

    def best(self):
        incumbents = self.smac.intensifier.get_incumbents()
        return self.trials[incumbents[0]] if incumbents else next(iter(self.trials.values()))


def smac_once(seed, space, trials):
    return Smac(seed, space, trials, deterministic=True)


for line in sys.stdin:
    message = json.loads(line)
    if "new" in message:
        kind = {"qlognei": QLogNei, "smac": Smac, "smac-once": smac_once}[message["new"]]
        search = kind(message["seed"], message["space"], message["trials"])
    elif "ask" in message:
        print(json.dumps(search.ask(message["ask"])), flush=True)
    elif "best" in message:
        print(json.dumps(search.best()), flush=True)
    else:
        search.tell(message["tell"], message["value"])
