"""Samples of a class each: a strong simple classifier, and the parts that a network is trained and validated on."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from sklearn.linear_model import RidgeClassifierCV


class Classes:
    def __init__(self, sweep: dict, folder: Path):
        data = sweep["data"]
        table = pd.read_csv(folder / data["file"])
        samples, labels, train = self.wide(table) if data["layout"] == "wide" else self.long(table, data)
        self.lengths = torch.tensor([len(s) for s in samples])
        values = np.concatenate([s for s, of in zip(samples, train) if of])
        center, scale = values.mean(0), values.std(0)
        channels, extras = values.shape[1], data.get("derive", [])
        width = channels * (1 + ("delta" in extras)) + ("position" in extras)
        self.x = np.zeros((len(samples), int(self.lengths.max()), width), np.float32)
        for i, s in enumerate(samples):
            z = (s - center) / scale
            parts = [z]
            if "delta" in extras:
                parts.append(5 * np.diff(z, axis=0, prepend=z[:1]))
            if "position" in extras:
                parts.append(np.linspace(-1, 1, len(z))[:, None])
            self.x[i, : len(z)] = np.column_stack(parts)
        self.channels = channels
        names = sorted(set(labels))
        self.t = np.array([names.index(label) for label in labels])
        self.classes = len(names)
        self.train, self.test = np.flatnonzero(train), np.flatnonzero(~train)

    def wide(self, table: pd.DataFrame):
        steps = [c for c in table.columns if c not in ("label", "split")]
        rows = table[steps].to_numpy(float)[:, :, None]
        return list(rows), list(table["label"].astype(str)), (table["split"] == "train").to_numpy()

    def long(self, table: pd.DataFrame, data: dict):
        key, step = data["series_id"], data["step"]
        columns = data.get("features") or [c for c in table.columns if c not in (key, step, "label", "split")]
        groups = [g.sort_values(step) for _, g in table.groupby(key, sort=False)]
        train = np.array([g["split"].iloc[0] == "train" for g in groups])
        return [g[columns].to_numpy(float) for g in groups], [str(g["label"].iloc[0]) for g in groups], train

    def mini_rocket(self, seed: int) -> float:
        """Series of unequal length are lengthened by their last value."""
        from aeon.transformations.collection.convolution_based import MiniRocket

        padded = self.x[:, :, : self.channels].copy()
        for i, n in enumerate(self.lengths):
            padded[i, n:] = padded[i, n - 1]
        rocket = MiniRocket(random_state=seed)
        features = rocket.fit_transform(padded[self.train].transpose(0, 2, 1))
        model = RidgeClassifierCV(np.logspace(-3, 3, 10)).fit(features, self.t[self.train])
        return float(model.score(rocket.transform(padded[self.test].transpose(0, 2, 1)), self.t[self.test]))

    def ridge(self) -> float:
        """Ridge on the steps as they are."""
        flat = self.x[:, :, : self.channels].reshape(len(self.x), -1)
        model = RidgeClassifierCV(np.logspace(-3, 3, 10)).fit(flat[self.train], self.t[self.train])
        return float(model.score(flat[self.test], self.t[self.test]))
