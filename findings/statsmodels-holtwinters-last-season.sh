#!/usr/bin/env bash
# statsmodels 0.15.0, ExponentialSmoothing (holtwinters): forecasts of an additive season leave out what the last observation taught
# about its place in the season. After fifteen zeros and a ten, with seasonal smoothing 1, the same place one season on is
# forecast as 1 (the level alone) where the recursion gives 11; so do all later seasons. ETSModel of the same package, with the
# same factors and first values, says 11.
# Seen with Python 3.11, NumPy 2, Linux x64: holtwinters [1, 1, 1, 1, 1, 1, 1, 1], ets [1, 1, 1, 11, 1, 1, 1, 11].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet statsmodels==0.15.0
cat >season.py <<'PY'
import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

y = np.zeros(16)
y[-1] = 10.0
known = dict(initialization_method="known", initial_level=0.0, initial_seasonal=np.zeros(4))
smoothing = ExponentialSmoothing(y, seasonal="add", seasonal_periods=4, **known)
holtwinters = smoothing.fit(smoothing_level=0.1, smoothing_seasonal=1.0, optimized=False).forecast(8)
ets = ETSModel(y, error="add", seasonal="add", seasonal_periods=4, **known).smooth([0.1, 1.0]).forecast(8)
print("holtwinters", holtwinters.round(6).tolist())
print("ets", ets.round(6).tolist())
np.testing.assert_allclose(ets, [1, 1, 1, 11, 1, 1, 1, 11], atol=1e-6)
np.testing.assert_allclose(holtwinters, [1, 1, 1, 1, 1, 1, 1, 1], atol=1e-6)
PY
env/bin/python season.py
