#!/usr/bin/env bash
# utilsforecast 0.2.17: cfe, the cumulative forecast error, has the opposite sign of its documentation, which says "Positive values mean
# under forecast; negative mean over forecast". It adds up prediction minus truth, so that a forecast of 12 where 10 are sold gives +2 a step:
# positive is over forecast. Who plans stock by what the documentation says orders more of what already lies there.
# Seen with Python 3.11, pandas 2.3.3, Linux x64: 6 for three steps forecast too high by 2, -6 for three too low by 2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet utilsforecast==0.2.17 pandas==2.3.3
cat >sign.py <<'PY'
import pandas as pd
from utilsforecast.losses import cfe

sold = pd.DataFrame({"unique_id": "a", "ds": range(3), "y": 10.0, "over": 12.0, "under": 8.0})
seen = cfe(sold, ["over", "under"])
print(seen)
print(" ".join(cfe.__doc__.split("Args:")[0].split()))
assert "Positive values mean under forecast; negative mean over forecast" in " ".join(cfe.__doc__.split())
assert (seen["over"].item(), seen["under"].item()) == (6.0, -6.0)
PY
env/bin/python sign.py
