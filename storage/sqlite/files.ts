import type { Connection } from "./connection.ts";

/** Hashes of the files that some study of the database still needs, or only those of one study. */
export function listFilesInUse(db: Connection, study: number | null): readonly string[] {
  const rows = db
    .sql<{ study: number | null }, { sha256: string }>(
      `
      SELECT data_sha256 AS sha256 FROM studies WHERE @study IS NULL OR id = @study
      UNION SELECT model_sha256 FROM trials
        WHERE model_sha256 IS NOT NULL AND (@study IS NULL OR study = @study)
      UNION SELECT checkpoint_sha256 FROM trials
        WHERE checkpoint_sha256 IS NOT NULL AND state IN ('running', 'paused')
          AND (@study IS NULL OR study = @study)`,
    )
    .all({ study });
  return rows.map(({ sha256 }) => sha256);
}
