"""The simple methods on forecasts: the same rows, windows and metric as a sweep has, chosen on its validation rows."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from statsmodels.tsa.holtwinters import ExponentialSmoothing

turns = {
    "hour": lambda time: time.dt.hour / 24,
    "weekday": lambda time: time.dt.dayofweek / 7,
    "year": lambda time: time.dt.dayofyear / 365.25,
}


class Forecasts:
    """Windows of every series: inputs as changes to the last row or as they are, targets in deviations of the training rows."""

    def __init__(self, sweep: dict, folder: Path):
        data = sweep["data"]
        table = pd.read_csv(folder / data["file"])
        self.targets, self.horizon, self.season = data["targets"], data["horizon"], data.get("season")
        self.stride = data.get("stride", 1)
        self.window_lengths = sweep["parameters"]["window"]["values"]
        columns = self.others(data, table)
        if "time" in data:
            stamp = table[data["time"]]
            time = pd.to_datetime(stamp)
            for part in data.get("calendar", []):
                for wave in ("sin", "cos"):
                    table[f"{part} {wave}"] = getattr(np, wave)(2 * np.pi * turns[part](time))
                    columns.append(f"{part} {wave}")
            table[".time"] = time
        for name in data.get("categorical", []):
            for value in sorted(table[name].unique()):
                table[f"{name}={value}"] = (table[name] == value).astype(float)
                columns.append(f"{name}={value}")
        groups = [g for _, g in table.groupby(data["group"])] if "group" in data else [table]
        known = data.get("known_future", [])
        self.series = []
        for g in groups:
            y = g[self.targets].to_numpy(float)
            x = g[columns].ffill().bfill().to_numpy(float)
            k = g[known].to_numpy(float)
            self.series.append((y, x, k, *self.ends(data["split"], g)))
        self.center, self.scale = self.fitted([y[:train] for y, _, _, train, *_ in self.series], 0)
        self.shift, self.spread = self.fitted([x[:train] for _, x, _, train, *_ in self.series], 1e-9)
        self.known_shift, self.known_spread = self.fitted([k[:train] for _, _, k, train, *_ in self.series], 1e-9)

    def others(self, data: dict, table: pd.DataFrame) -> list[str]:
        marks = [data.get("time"), data.get("group")]
        features = data.get("features", [c for c in table.select_dtypes("number") if c not in marks])
        return [c for c in (self.targets if features == "targets" else features) if c not in self.targets]

    def ends(self, split: dict, g: pd.DataFrame) -> tuple[int, int, int]:
        """Rows at which the training, the validation and the test part end."""
        if "train_until" in split:
            train, validation = (int((g[".time"] < pd.Timestamp(split[key])).sum()) for key in ("train_until", "validation_until"))
            return train, validation, len(g)
        train, validation = split["train"], split["validation"]
        if train < 1:
            train, validation = round(train * len(g)), round((train + validation) * len(g)) - round(train * len(g))
        return train, train + validation, train + validation + split["test"] if "test" in split else len(g)

    def fitted(self, parts: list[np.ndarray], least: float):
        rows = np.concatenate(parts)
        return np.nanmean(rows, 0), np.nanstd(rows, 0) + least

    def origins(self, part: str, train: int, validation: int, end: int, window: int):
        if part == "train":
            return range(window, train - self.horizon + 1, self.stride)
        start, stop = (train, validation) if part == "validation" else (validation, end)
        return range(start, stop - self.horizon + 1)

    def windows(self, part: str, window: int, change: bool):
        """[samples, window, columns] inputs, [samples, known] inputs over the horizon, [samples, horizon * targets] targets."""
        xs, ks, ts = [], [], []
        for y, x, k, *ends in self.series:
            z, x = (y - self.center) / self.scale, (x - self.shift) / self.spread
            seen = pd.DataFrame(z).ffill().bfill().to_numpy()
            k = (k - self.known_shift) / self.known_spread
            for t in self.origins(part, *ends, window):
                truth = z[t : t + self.horizon]
                if np.isnan(truth).any():
                    continue
                last = seen[t - 1] if change else 0
                xs.append(np.column_stack([seen[t - window : t] - last, x[t - window : t]]))
                ks.append(k[t : t + self.horizon].ravel())
                ts.append((truth - last).ravel())
        return tuple(np.asarray(a, np.float32) for a in (xs, ks, ts))

    def holt_winters(self) -> float:
        """Trend damped or not, with and without seasons, fitted on the training rows of each series and then run over the others."""
        choices = [(seasonal, damped) for seasonal in (True, False)[self.season is None :] for damped in (True, False)]
        fits = {choice: [self.fit(*choice, y, train) for y, _, _, train, *_ in self.series] for choice in choices}
        best = min(choices, key=lambda choice: self.squares("validation", fits[choice]))
        return self.squares("test", fits[best])

    def fit(self, seasonal: bool, damped: bool, y: np.ndarray, train: int):
        def one(column: np.ndarray):
            values = pd.Series(column[:train]).ffill().bfill().to_numpy()[-5000:]
            model = ExponentialSmoothing(
                values,
                trend="add",
                damped_trend=damped,
                seasonal="add" if seasonal else None,
                seasonal_periods=self.season if seasonal else None,
                initialization_method="heuristic" if len(values) > 2000 else "estimated",
            )
            p = model.fit().params
            phi = p["damping_trend"] if damped else 1.0
            seasons = list(p["initial_seasons"]) if seasonal else [0.0]
            # The fit may begin later than the series; its first season is that of its first row.
            late = (train - len(values)) % len(seasons)
            seasons = seasons[-late:] + seasons[:-late] if late else seasons
            return (p["smoothing_level"], p["smoothing_trend"], p["smoothing_seasonal"] if seasonal else 0.0, phi,
                    p["initial_level"], p["initial_trend"], seasons, train - len(values))

        return [one(y[:, column]) for column in range(y.shape[1])]

    def squares(self, part: str, fits: list) -> float:
        found = []
        for (y, _, _, *ends), columns in zip(self.series, fits):
            wanted = set(self.origins(part, *ends, 0))
            for column, (a, b, g, phi, level, trend, seasons, first) in enumerate(columns):
                s = list(seasons)
                steps = np.cumsum(phi ** np.arange(1, self.horizon + 1))
                for t in range(first, ends[2] - self.horizon + 1):
                    if t in wanted and not np.isnan(y[t : t + self.horizon]).any():
                        said = level + steps * trend + [s[(t + h) % len(s)] for h in range(self.horizon)]
                        found.append((said - y[t : t + self.horizon, column]) / self.scale[column])
                    before, season, value = level, s[t % len(s)], y[t, column]
                    if np.isnan(value):
                        value = before + phi * trend + season
                    level = a * (value - season) + (1 - a) * (level + phi * trend)
                    trend_before = trend
                    trend = b * (level - before) + (1 - b) * phi * trend
                    if g:
                        s[t % len(s)] = g * (value - before - phi * trend_before) + (1 - g) * season
        return float(np.mean(np.square(found)))

    def ridge(self) -> float:
        best = (np.inf, np.inf)
        flat = lambda a, b: np.column_stack([a.reshape(len(a), -1), b])
        for window in self.window_lengths:
            for change in (True, False):
                (x, k, t), (vx, vk, vt), (ex, ek, et) = (self.windows(part, window, change) for part in ("train", "validation", "test"))
                for alpha in 10.0 ** np.arange(-3, 6):
                    model = Ridge(alpha).fit(flat(x, k), t)
                    score = np.mean((model.predict(flat(vx, vk)) - vt) ** 2)
                    if score < best[0]:
                        best = (score, float(np.mean((model.predict(flat(ex, ek)) - et) ** 2)))
        return best[1]
