#!/usr/bin/env bash
# read-excel-file 9.3.17 gives a length of time, a cell of 1.5 days shown as [h]:mm ("36:00"), as the moment 1899-12-31
# 12:00, and in a workbook that counts from 1904 as 1904-01-02 12:00: the format decides that it is a date, and nothing
# tells it from a real one. openpyxl 3.1.5 gives a timedelta of 36 hours for both.
# Seen on Node 20.20, Linux x64: "1900: 1899-12-31T12:00:00.000Z, 1904: 1904-01-02T12:00:00.000Z".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet XlsxWriter==3.2.9 openpyxl==3.1.5
npm init -y >/dev/null
npm install --silent --no-audit --no-fund read-excel-file@9.3.17
cat >write.py <<'PY'
import datetime, openpyxl, xlsxwriter
for name, options in {"1900": {}, "1904": {"date_1904": True}}.items():
    book = xlsxwriter.Workbook(f"{name}.xlsx", options)
    book.add_worksheet("lengths").write_number(0, 0, 1.5, book.add_format({"num_format": "[h]:mm"}))
    book.close()
    value = openpyxl.load_workbook(f"{name}.xlsx").active["A1"].value
    assert value == datetime.timedelta(hours=36), (name, value)
PY
env/bin/python write.py
cat >read.mjs <<'JS'
import assert from "node:assert";
import { readSheet } from "read-excel-file/node";
const read = async (name) => (await readSheet(`${name}.xlsx`))[0][0];
const [a, b] = [await read("1900"), await read("1904")];
console.log(`1900: ${a.toISOString()}, 1904: ${b.toISOString()}`);
assert.deepStrictEqual([a, b], [new Date("1899-12-31T12:00Z"), new Date("1904-01-02T12:00Z")]);
JS
node read.mjs
