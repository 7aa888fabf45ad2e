"""Plain Python, no packages: an autoregression on ETTh1 by gradient descent, as a trial of seqtune."""
import csv, json, os, random, signal, sys

params = json.load(open(os.environ["SEQTUNE_PARAMS"]))
window, lr, decay = params["window"], params["lr"], params["decay"]
epochs, done = int(os.environ["SEQTUNE_EPOCHS"]), int(os.environ["SEQTUNE_FROM_EPOCH"])
checkpoint = os.path.join(os.environ["SEQTUNE_CHECKPOINT"], "weights.json")
random.seed(int(os.environ["SEQTUNE_SEED"]))

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # asked to stop or pause: the checkpoint is there already

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "../../data/ETTh1.csv")) as file:
    series = [float(row["OT"]) for row in csv.DictReader(file)][:11520:12]  # twice a day
rows = len(series) * 3 // 4
mean = sum(series[:rows]) / rows
scale = (sum((x - mean) ** 2 for x in series[:rows]) / rows) ** 0.5
series = [(x - mean) / scale for x in series]

weights = json.load(open(checkpoint)) if done > 0 else [0.0] * window


def error(at):
    return sum(w * x for w, x in zip(weights, series[at - window : at])) - series[at]


for epoch in range(done + 1, epochs + 1):
    order = list(range(window, rows))
    random.shuffle(order)
    for at in order:
        step = 2 * lr * error(at)
        weights = [w - step * x - lr * decay * w for w, x in zip(weights, series[at - window : at])]
    with open(checkpoint + ".new", "w") as file:
        json.dump(weights, file)
    os.replace(checkpoint + ".new", checkpoint)
    loss = sum(error(at) ** 2 for at in range(rows, len(series))) / (len(series) - rows)
    print(json.dumps({"epoch": epoch, "val_loss": loss}), flush=True)

with open(os.path.join(os.environ["SEQTUNE_OUTPUT"], "weights.json"), "w") as file:
    json.dump({"weights": weights, "mean": mean, "scale": scale}, file)
