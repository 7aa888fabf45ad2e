"""Ask, ten reports, tell with Optuna. Usage: optuna_ask.py sqlite|journal TRIALS FOLDER. Prints trials a second."""
import sys
import time

import optuna

kind, trials, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
optuna.logging.set_verbosity(optuna.logging.ERROR)
if kind == "sqlite":
    storage = f"sqlite:///{folder}/optuna.db"
else:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    storage = JournalStorage(JournalFileBackend(f"{folder}/optuna.journal"))
study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=1), pruner=optuna.pruners.NopPruner())
begun = time.perf_counter()
for _ in range(trials):
    trial = study.ask()
    x = trial.suggest_float("x", 0, 1)
    trial.suggest_float("y", 1e-5, 1e-1, log=True)
    for epoch in range(1, 11):
        trial.report(x + 1 / epoch, epoch)
        trial.should_prune()
    study.tell(trial, x)
print(trials / (time.perf_counter() - begun))
