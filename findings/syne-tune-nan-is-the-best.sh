#!/usr/bin/env bash
# Syne Tune 0.16.0: two of its schedulers do not take a trial that reports NaN, as a training that diverges does, for the worst. They sort losses
# with Python's own sort, which leaves NaN where it stands and what is around it unsorted. PopulationBasedTraining can then take the diverged
# trial for the best, let it go on, and restart others from its checkpoint, that is from weights of NaN. AsynchronousSuccessiveHalving
# stops a trial and lets one with a larger loss go on. There is no warning, and the documentation does not mention NaN; pull request 788
# of 2023, which leaves such results out for the searchers that fit a model, is not in this version. Infinity gives what is meant.
# Seen with Python 3.11, NumPy 2.4.6, Linux x64. Restarted from: trial 3 (NaN) where infinity has trial 2, the best that is left. Halving of the
# losses 1, 2, NaN, 4, NaN, 6: the last, the worst, goes on, and 4 is stopped; with infinity both are.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
# What the two schedulers import; the package itself asks for all that its searchers need.
env/bin/pip install --quiet --no-deps syne-tune==0.16.0 numpy==2.4.6 pandas==2.3.3 python-dateutil==2.9.0.post0 pytz==2025.2 six==1.17.0 \
  typing_extensions==4.15.0 dill==0.4.1 sortedcontainers==2.4.0
cat >diverged.py <<'PY'
import datetime
import logging

logging.disable(logging.CRITICAL)  # advice about optional packages
import syne_tune
from syne_tune.backend.trial_status import Trial
from syne_tune.config_space import uniform
from syne_tune.optimizer.schedulers.asha import AsynchronousSuccessiveHalving
from syne_tune.optimizer.schedulers.pbt import PopulationBasedTraining

space = {"learning_rate": uniform(0, 1)}
known = dict(metric="loss", time_attr="epoch", random_seed=1)
now = datetime.datetime(2026, 1, 1)

def trials(scheduler, count):
    made = [Trial(trial_id=number, config={"learning_rate": 0.5}, creation_time=now) for number in range(count)]
    for trial in made:
        scheduler.on_trial_add(trial)
    return made

def restarted_from(diverged):
    """Four trials, the last one the best. Then the last one diverges, and the others report the same losses as before."""
    scheduler = PopulationBasedTraining(space, max_t=100, population_size=4, perturbation_interval=1, **known)
    zero, one, two, three = trials(scheduler, 4)
    results = [(zero, 0.4, 1), (one, 0.3, 1), (two, 0.2, 1), (three, 0.1, 1), (three, diverged, 2), (zero, 0.4, 2)]
    decisions = [scheduler.on_trial_result(trial, {"loss": loss, "epoch": epoch}) for trial, loss, epoch in results]
    return decisions[4], scheduler.suggest().checkpoint_trial_id

def halving(losses):
    scheduler = AsynchronousSuccessiveHalving(space, max_t=9, reduction_factor=3, **known)
    pairs = zip(trials(scheduler, len(losses)), losses)
    return [scheduler.on_trial_result(trial, {"loss": loss, "epoch": 1}) for trial, loss in pairs]

nan, infinity = float("nan"), float("inf")
seen = {
    "population": {name: restarted_from(value) for name, value in {"nan": nan, "infinity": infinity}.items()},
    "halving": {name: halving([1.0, 2.0, value, 4.0, value, 6.0]) for name, value in {"nan": nan, "infinity": infinity}.items()},
}
print(syne_tune.__version__, seen)
assert seen["population"] == {"nan": ("CONTINUE", 3), "infinity": ("STOP", 2)}
assert seen["halving"]["infinity"] == ["CONTINUE"] + 5 * ["STOP"]
assert seen["halving"]["nan"] == ["CONTINUE"] + 4 * ["STOP"] + ["CONTINUE"]
PY
env/bin/python diverged.py
