#!/usr/bin/env bash
# hyparquet 1.33.0 turns the microsecond and nanosecond timestamps of a Parquet file into JavaScript dates, which end at
# milliseconds: rows of a sensor 250 microseconds apart come back four to a moment, without a word. What is cut off is cut
# towards 1970: down after it and up before it, so that the last microsecond of 1969 reads as 1970. Own functions in the option
# `parsers` get the whole number.
# Seen on Node 20.20, Linux x64, with a file of pyarrow 26.0.1: 8 moments read as 2, 1969-12-31T23:59:59.999999 as 1970-01-01.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pyarrow==26.0.1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hyparquet@1.33.0
cat >write.py <<'PY'
import pyarrow as pa, pyarrow.parquet as pq
start = 1_577_836_800_000_000
table = pa.table({
    "time": pa.array([start + 250 * i for i in range(8)], pa.timestamp("us")),
    "old": pa.array([-1] * 8, pa.timestamp("us")),
})
pq.write_table(table, "t.parquet", compression="none")
assert len(set(pq.read_table("t.parquet")["time"].to_pylist())) == 8
PY
env/bin/python write.py
cat >read.mjs <<'JS'
import assert from "node:assert";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
const file = await asyncBufferFromFile("t.parquet");
const rows = await parquetReadObjects({ file });
const whole = await parquetReadObjects({ file, parsers: { timestampFromMicroseconds: (micros) => micros } });
const seen = {
  moments: new Set(rows.map(({ time }) => time.toISOString())).size,
  old: rows[0].old.toISOString(),
  withOwnParser: new Set(whole.map(({ time }) => time)).size,
};
console.log(seen);
assert.deepStrictEqual(seen, { moments: 2, old: "1970-01-01T00:00:00.000Z", withOwnParser: 8 });
JS
node read.mjs
