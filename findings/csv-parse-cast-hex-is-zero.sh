#!/usr/bin/env bash
# csv-parse 7.0.3 with `cast: true` reads every hexadecimal, binary or octal field as 0: "0x1F", "0xA0" and "0b101" come back as the
# number 0. Whether a field is a number is asked of JavaScript's own conversion (`value - parseFloat(value) + 1 >= 0`, where "0x1F"
# is 31), and its value then comes from parseFloat, which stops at the x. A column of sensor addresses or status words becomes one
# constant, without an error; the documentation promises native types where a field can be converted, and the text otherwise.
# Seen on Node 20.20, Linux x64: [0,0,0,0,31,"1F"], where Number() gives 31, 160, 5, 15, 31 and NaN.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund csv-parse@7.0.3
cat >cast.mjs <<'JS'
import { parse } from "csv-parse/sync";
const fields = ["0x1F", "0xA0", "0b101", "0o17", "31", "1F"];
const read = parse(`address\n${fields.join("\n")}\n`, { columns: true, cast: true }).map(({ address }) => address);
console.log(JSON.stringify({ read, number: fields.map(Number) }));
JS
seen=$(node cast.mjs)
echo "$seen"
[ "$seen" = '{"read":[0,0,0,0,31,"1F"],"number":[31,160,5,15,31,null]}' ]
