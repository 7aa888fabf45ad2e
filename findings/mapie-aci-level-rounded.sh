#!/usr/bin/env bash
# MAPIE 1.6.0, TimeSeriesRegressor with method="aci": predict() rounds the share outside the interval to two decimals without a word, so
# that there are no levels but whole percents. 97.4% is answered with the narrower interval of 97%, 97.5% (the level of one tail of 95%) and
# 98.4% with that of 98%, 99.4% with that of 99%, and from 99.5% on the interval is infinite. The documentation of confidence_level says
# "Between 0 and 1". The other method of the class, enbpi, keeps to what was asked. adapt_conformal_inference(confidence_level=0.975) does
# not find the level that predict() filed as 0.02, and ends with KeyError: 0.025.
# Seen with Python 3.11, NumPy 1.26.4, Linux x64: for errors -500 to 500, widths of 972, 982, 982, 992 and infinity instead of 976, 978, 986,
# 996 and 998.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --no-deps mapie==1.6.0 scikit-learn==1.5.1 scipy==1.10.1 numpy==1.26.4 joblib==1.5.1 threadpoolctl==3.6.0
cat >levels.py <<'PY'
import math
import warnings
from fractions import Fraction

warnings.filterwarnings("ignore")
import mapie
import numpy as np
from mapie.regression import TimeSeriesRegressor
from sklearn.dummy import DummyRegressor

y = np.arange(-500.0, 501)  # 1001 errors of a model that always says 0
X = np.zeros((len(y), 1))
model = DummyRegressor(strategy="constant", constant=0.0).fit(X, y)
levels = ["0.9", "0.974", "0.975", "0.984", "0.994", "0.996"]

def fitted(method):
    return TimeSeriesRegressor(model, method=method, cv="prefit").fit(X, y)

def widths(method):
    regressor = fitted(method)
    bounds = [regressor.predict(X[:1], confidence_level=float(level), allow_infinite_bounds=True)[1] for level in levels]
    return [float(bound[0, 1, 0] - bound[0, 0, 0]) for bound in bounds]

def by_hand(level, digits):
    """The conformal quantiles of both tails: each is the error with this many of 1001 + 1 at and beyond it."""
    tail = math.floor(1002 * round(1 - Fraction(level), digits) / 2)
    return 1000.0 - 2 * (tail - 1) if tail > 0 else math.inf

enbpi, aci = widths("enbpi"), widths("aci")
try:
    fitted("aci").adapt_conformal_inference(X[:1], y[:1], gamma=0.01, confidence_level=0.975)
    adapted = "no error"
except KeyError as error:
    adapted = f"KeyError: {error}"
print(mapie.__version__, "levels", levels, "enbpi", enbpi, "aci", aci, adapted)
assert enbpi == [by_hand(level, 3) for level in levels] == [902, 976, 978, 986, 996, 998]
assert aci == [by_hand(level, 2) for level in levels] == [902, 972, 982, 982, 992, math.inf]
assert adapted == "KeyError: 0.025"
PY
env/bin/python levels.py
