#!/usr/bin/env bash
# read-excel-file 9.3.17 reads every third full hour of a workbook one millisecond short: 01:00 becomes 00:59:59.999, so
# the hour, and at midnight the day, is that before. A workbook stores days as a binary fraction; the reader multiplies
# by the milliseconds of a day and cuts off (parseExcelTimestamp: Math.floor) where rounding is needed. openpyxl 3.1.5
# reads the same file, written by XlsxWriter 3.2.9, without a fault.
# Seen on Node 20.20, Linux x64: "2920 of 8760 hours differ, the first: 2023-01-01T00:59:59.999Z".
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
first = datetime.datetime(2023, 1, 1)
hours = [first + datetime.timedelta(hours=i) for i in range(8760)]
book = xlsxwriter.Workbook("hours.xlsx")
sheet, look = book.add_worksheet("hours"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
for row, hour in enumerate(hours):
    sheet.write_datetime(row, 0, hour, look)
book.close()
read = [cell.value for cell in openpyxl.load_workbook("hours.xlsx").active["A"]]
assert read == hours, "openpyxl reads something else"
PY
env/bin/python write.py
cat >read.mjs <<'JS'
import assert from "node:assert";
import { readSheet } from "read-excel-file/node";
const rows = await readSheet("hours.xlsx");
const wrong = rows.filter(([at], i) => at.getTime() !== Date.UTC(2023, 0, 1) + i * 3_600_000);
console.log(`${wrong.length} of ${rows.length} hours differ, the first: ${wrong[0]?.[0].toISOString()}`);
assert.strictEqual(wrong.length, 2920);
assert.ok(wrong.every(([at]) => at.getTime() % 3_600_000 === 3_599_999));
JS
node read.mjs
