"""PyTorch: an LSTM on ETTh1 as a trial of seqtune. Needs torch."""
import argparse, csv, json, os, signal, sys
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--hidden", type=int, default=16)
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
parser.add_argument("--momentum", type=float, default=0.0)
options = parser.parse_args()
epochs, done = int(os.environ["SEQTUNE_EPOCHS"]), int(os.environ["SEQTUNE_FROM_EPOCH"])
checkpoint = os.path.join(os.environ["SEQTUNE_CHECKPOINT"], "state.pt")
torch.manual_seed(int(os.environ["SEQTUNE_SEED"]))
torch.set_num_threads(1)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "../../data/ETTh1.csv")) as file:
    series = torch.tensor([float(row["OT"]) for row in csv.DictReader(file)][:8640:4])
rows = len(series) * 3 // 4
series = (series - series[:rows].mean()) / series[:rows].std()
windows = series.unfold(0, 25, 1)
x, y = windows[:, :24, None], windows[:, 24]
train = rows - 24


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, options.hidden, batch_first=True)
        self.head = torch.nn.Linear(options.hidden, 1)

    def forward(self, inputs):
        return inputs[:, -1, 0] + self.head(self.lstm(inputs)[0][:, -1])[:, 0]


model = Model()
if options.optimizer == "adam":
    optimizer = torch.optim.Adam(model.parameters(), lr=options.lr)
else:
    optimizer = torch.optim.SGD(model.parameters(), lr=options.lr, momentum=options.momentum)
if done > 0:
    state = torch.load(checkpoint)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])

for epoch in range(done + 1, epochs + 1):
    for batch in torch.randperm(train).split(64):
        loss = torch.nn.functional.mse_loss(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        validation = torch.nn.functional.mse_loss(model(x[train:]), y[train:]).item()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, checkpoint + ".new")
    os.replace(checkpoint + ".new", checkpoint)
    print(json.dumps({"epoch": epoch, "val_loss": validation, "train_loss": loss.item()}), flush=True)

torch.save(model.state_dict(), os.path.join(os.environ["SEQTUNE_OUTPUT"], "model.pt"))
