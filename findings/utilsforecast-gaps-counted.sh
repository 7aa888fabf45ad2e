#!/usr/bin/env bash
# utilsforecast 0.2.17, the measures of Nixtla's forecasting packages: where the true value of a step is missing, the errors of points
# (mae, rmse, smape, nd, quantile_loss) leave the step out, and the measures of intervals count it, each in its own way. coverage and
# calibration take it for a miss, winkler_score for a hit, and scaled_crps sums the loss over all steps and the true values over those that
# are there. The documentation does not say so. With the median alone, scaled_crps is nd by its definition, and stops being it.
# After an outage of a sensor in the test period, sound intervals look too narrow by coverage, and bad ones too good by winkler_score.
# Seen with Python 3.11, pandas 2.3.3, Linux x64: for five steps of which two have no true value, against the three others alone, coverage 0.6
# (1), calibration 0.6 (1), winkler_score 1.75 (2.25), scaled_crps 0.0833 (0.05); mae 1 (1) and nd 0.05 (0.05).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet utilsforecast==0.2.17 pandas==2.3.3
cat >gaps.py <<'PY'
import numpy as np
import pandas as pd
from utilsforecast import losses

y = np.array([10.0, 20, 30, np.nan, np.nan])  # no true values of the last two steps
m = np.array([11.0, 19, 31, 39, 51])  # off by one everywhere
columns = {"m-lo-80": m - 2, "m-hi-80": m + 2, "m-lo-20": m - 0.5, "m-hi-20": m + 0.5}  # wide ones hold all, narrow ones none
all_steps = pd.DataFrame({"unique_id": "a", "ds": range(5), "y": y, "m": m, **columns})

def measures(df):
    seen = {
        "mae": losses.mae(df, ["m"]),
        "nd": losses.nd(df, ["m"]),
        "quantile_loss": losses.quantile_loss(df, {"m": "m"}, 0.5),
        "coverage": losses.coverage(df, ["m"], 80),
        "calibration": losses.calibration(df, {"m": "m-hi-80"}),
        "winkler_score": losses.winkler_score(df, ["m"], 20),
        "scaled_crps": losses.scaled_crps(df, {"m": ["m"]}, np.array([0.5])),
    }
    return {name: round(float(table["m"].item()), 4) for name, table in seen.items()}

gaps, known = measures(all_steps), measures(all_steps.dropna())
print("with gaps", gaps)
print("without  ", known)
same = {"mae": 1.0, "nd": 0.05, "quantile_loss": 0.5}
# By hand, of the three steps: all within the wide interval, all half a unit outside a narrow one of width 1 (1 + 2 / 0.8 * 0.5).
assert known == {**same, "coverage": 1.0, "calibration": 1.0, "winkler_score": 2.25, "scaled_crps": 0.05}, known
assert gaps == {**same, "coverage": 0.6, "calibration": 0.6, "winkler_score": 1.75, "scaled_crps": 0.0833}, gaps
PY
env/bin/python gaps.py
