"""Optimizer steps a second of torch.nn.LSTM (cuDNN on a GPU) with a dense output, MSE and Adam, as a sweep trains it.

python torch-lstm.py HIDDEN WINDOW SECONDS PROCESSES TF32(0|1)    prints one number: the steps of all processes a second
"""

import multiprocessing
import sys
import time

hidden, window, seconds, processes, tf32 = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), sys.argv[5] == "1"
batch, features, samples = 32, 8, 320


def train(barrier, counts):
    import torch

    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        torch.set_num_threads(1)
    data = torch.randn(samples, window, features, device=device)
    target = torch.randn(samples, 1, device=device)
    lstm = torch.nn.LSTM(features, hidden, batch_first=True).to(device)
    head = torch.nn.Linear(hidden, 1).to(device)
    optimizer = torch.optim.Adam([*lstm.parameters(), *head.parameters()], lr=1e-3)

    def epoch():
        order = torch.randperm(samples, device=device)
        losses = []
        for start in range(0, samples, batch):
            index = order[start : start + batch]
            optimizer.zero_grad(set_to_none=True)
            loss = torch.nn.functional.mse_loss(head(lstm(data[index])[0][:, -1]), target[index])
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        torch.stack(losses).mean().item()  # a sweep looks at each epoch's loss
        return samples // batch

    epoch()
    barrier.wait()
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        steps += epoch()
    counts.put(steps / (time.perf_counter() - began))


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    barrier, counts = multiprocessing.Barrier(processes), multiprocessing.Queue()
    trainers = [multiprocessing.Process(target=train, args=(barrier, counts)) for _ in range(processes)]
    for trainer in trainers:
        trainer.start()
    print(sum(counts.get(timeout=300) for _ in trainers))
    for trainer in trainers:
        trainer.join()
