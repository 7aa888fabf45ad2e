-- Models beside baselines, sample by sample; and how far the values to predict left the range of training.
ALTER TABLE evaluations ADD COLUMN comparisons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE evaluations ADD COLUMN outside REAL;
