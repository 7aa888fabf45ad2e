-- What a model predicts for some samples, beside the truth, as plots show it.
ALTER TABLE evaluations ADD COLUMN detail TEXT NOT NULL DEFAULT 'null';
