#!/usr/bin/env bash
# aeon 1.6.0, load_from_ts_file: the letters "nan" and the sign "?" are taken for missing values anywhere in a line of data, the class label
# included, and labels are turned into small letters. "maintenance" comes back as "mainteNaNce", a label that the same call's list of
# classes (class_values: maintenance, running) does not have, so that whoever encodes labels by that list misses the class. It does so also
# in files that say `@missing false`. sktime 1.2.0 reads the same file with the labels intact.
# Seen with Python 3.11, NumPy 2, Linux x64: ['mainteNaNce' 'running' 'mainteNaNce'] and ['maintenance' 'running' 'maintenance'].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet aeon==1.6.0 sktime==1.2.0
cat >bearings.ts <<'TS'
@problemName Bearings
@timeStamps false
@missing false
@univariate true
@equalLength true
@seriesLength 3
@classLabel true maintenance running
@data
1,2,3:maintenance
4,5,6:running
7,8,9:maintenance
TS
cat >read.py <<'PY'
import warnings

warnings.filterwarnings("ignore")
from aeon.datasets import load_from_ts_file
from sktime.datasets import load_from_tsfile

_, labels, about = load_from_ts_file("bearings.ts", return_meta_data=True)
print("aeon", *labels, "of", *about["class_values"])
print("sktime", *load_from_tsfile("bearings.ts")[1])
PY
env/bin/python read.py | tee seen
diff - seen <<'TXT'
aeon mainteNaNce running mainteNaNce of maintenance running
sktime maintenance running maintenance
TXT
