#!/usr/bin/env bash
# hyparquet 1.33.0 with hyparquet-compressors 1.1.2 refuses a whole file that pyarrow 26.0.1 wrote with LZ4 when one column
# has no value in any row: "lz4 offset out of range 0". LZ4 compresses nothing to a single byte 0, and the decompressor
# reads on for an offset after it. The same table with Snappy, gzip, Brotli or Zstandard is read.
# Seen on Node 20.20, Linux x64: snappy, gzip, brotli, zstd read 3 rows; lz4: lz4 offset out of range 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pyarrow==26.0.1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hyparquet@1.33.0 hyparquet-compressors@1.1.2
cat >write.py <<'PY'
import pyarrow as pa, pyarrow.parquet as pq
table = pa.table({"y": [1.0, 2.0, 3.0], "never": pa.nulls(3, pa.float64())})
for codec in ("snappy", "gzip", "brotli", "zstd", "lz4"):
    pq.write_table(table, f"{codec}.parquet", compression=codec)
    assert pq.read_table(f"{codec}.parquet").equals(table)
PY
env/bin/python write.py
cat >read.mjs <<'JS'
import assert from "node:assert";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
const seen = {};
for (const codec of ["snappy", "gzip", "brotli", "zstd", "lz4"]) {
  const file = await asyncBufferFromFile(`${codec}.parquet`);
  seen[codec] = await parquetReadObjects({ file, compressors }).then((rows) => rows.length, (error) => error.message);
}
console.log(seen);
assert.deepStrictEqual(seen, { snappy: 3, gzip: 3, brotli: 3, zstd: 3, lz4: "lz4 offset out of range 0" });
JS
node read.mjs
