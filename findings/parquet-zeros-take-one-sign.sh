#!/usr/bin/env bash
# hyparquet-writer 0.17.0 looks up a column's values in a map to write a dictionary, and a JavaScript map takes 0 and -0 for one key: as
# soon as a column of doubles holds both and repeats enough to get a dictionary, every zero of it gets the sign of the first one. Parquet
# keeps the two apart, and so does the same writer with `encoding: "PLAIN"`.
# Seen on Node 20.20, Linux x64, read by hyparquet 1.33.0 and by pyarrow 26.0.1: five zeros of which two are negative come back as five
# negative ones when a negative one stands first, and as five positive ones otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pyarrow==26.0.1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hyparquet@1.33.0 hyparquet-writer@0.17.0
cat >write.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
const columns = {
  negative_first: { data: [0.5, -0, 0, 0.5, 0, 0.5, 0, -0, 0.5, 0.5] },
  positive_first: { data: [0.5, 0, -0, 0.5, 0, 0.5, 0, -0, 0.5, 0.5] },
  plain: { data: [0.5, -0, 0, 0.5, 0, 0.5, 0, -0, 0.5, 0.5], encoding: "PLAIN" },
};
const columnData = Object.entries(columns).map(([name, column]) => ({ name, type: "DOUBLE", ...column }));
const file = parquetWriteBuffer({ columnData });
writeFileSync("zeros.parquet", Buffer.from(file));
const rows = await parquetReadObjects({ file });
const negative = (name) => rows.filter((row) => Object.is(row[name], -0)).length;
console.log("hyparquet", Object.keys(columns).map(negative).join(" "));
JS
cat >read.py <<'PY'
import math, pyarrow.parquet as pq
table = pq.read_table("zeros.parquet").to_pydict()
print("pyarrow", *(sum(v == 0 and math.copysign(1, v) < 0 for v in column) for column in table.values()))
PY
{ node write.mjs; env/bin/python read.py; } | tee seen
diff - seen <<'TXT'
hyparquet 5 0 2
pyarrow 5 0 2
TXT
