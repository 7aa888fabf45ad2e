"""How long optuna-dashboard takes until its API has answered a study: python dashboard_api.py JOURNAL"""
import sys
import time

import optuna
import optuna_dashboard
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna_dashboard._app import create_app
from webtest import TestApp

began = time.perf_counter()
storage = JournalStorage(JournalFileBackend(sys.argv[1]))
app = TestApp(create_app(storage))
study = storage.get_all_studies()[0]
opened = time.perf_counter()
answer = app.get(f"/api/studies/{study._study_id}?after=0")
done = time.perf_counter()
print(
    f"optuna-dashboard {optuna_dashboard.__version__} (Optuna {optuna.__version__}) reads the journal of the same study in "
    f"{opened - began:.1f} s, then its API answers it in {done - opened:.1f} s with {len(answer.body) / 1e6:.1f} MB."
)
