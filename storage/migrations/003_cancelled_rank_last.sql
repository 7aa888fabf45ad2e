-- A cancelled trial ended where it happened to be: it ranks behind those that ended by the study's rules.
CREATE INDEX trials_by_rank ON trials
  (study, (CASE WHEN score IS NULL THEN 2 WHEN state = 'cancelled' THEN 1 ELSE 0 END), score, number);
