"""Several processes work on one Optuna study: ask, ten reports, tell, again and again for some seconds.

    python optuna_lab.py --storage sqlite:///study.db --processes 8 --seconds 15

prints {"trials": 1234, "seconds": 15.1}. A storage that begins with journal: is a journal file. Nothing is pruned and
no worker asks for a verdict (`should_prune`), which would cost another read. Started by bench/lab.ts.
"""

import argparse
import json
import multiprocessing
import time
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")

REPORTS = 10
SPACE = {
    "learning_rate": optuna.distributions.FloatDistribution(1e-4, 1, log=True),
    "hidden": optuna.distributions.IntDistribution(8, 64),
    "layers": optuna.distributions.CategoricalDistribution([1, 2]),
    "batch_size": optuna.distributions.CategoricalDistribution([32, 64, 128]),
    "dropout": optuna.distributions.FloatDistribution(0, 0.5),
    "optimizer": optuna.distributions.CategoricalDistribution(["adam", "rmsprop", "sgd"]),
}


def storage_of(url):
    if url.startswith("journal:"):
        file = optuna.storages.journal.JournalFileBackend(url.removeprefix("journal:"))
        return optuna.storages.JournalStorage(file)
    patience = {"connect_args": {"timeout": 100}} if url.startswith("sqlite:") else {}
    return optuna.storages.RDBStorage(url, engine_kwargs=patience)


def work(url, index, seconds, barrier, results):
    study = optuna.load_study(
        study_name="lab",
        storage=storage_of(url),
        sampler=optuna.samplers.RandomSampler(seed=index),
        pruner=optuna.pruners.NopPruner(),
    )
    barrier.wait()
    begun = time.time()
    trials = 0
    while time.time() < begun + seconds:
        trial = study.ask(SPACE)
        for epoch in range(1, REPORTS + 1):
            trial.report(1 / epoch, epoch)
        study.tell(trial, 0.1)
        trials += 1
    results.put((trials, begun, time.time()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--storage", required=True)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=15)
    arguments = parser.parse_args()
    optuna.create_study(study_name="lab", storage=storage_of(arguments.storage))
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(arguments.processes)
    results = context.Queue()
    workers = [
        context.Process(target=work, args=(arguments.storage, index, arguments.seconds, barrier, results))
        for index in range(arguments.processes)
    ]
    for worker in workers:
        worker.start()
    done = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    trials = sum(count for count, _, _ in done)
    seconds = max(end for _, _, end in done) - min(begun for _, begun, _ in done)
    print(json.dumps({"trials": trials, "seconds": seconds, "optuna": optuna.__version__}))


if __name__ == "__main__":
    main()
