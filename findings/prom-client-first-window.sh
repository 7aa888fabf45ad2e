#!/usr/bin/env bash
# prom-client 15.1.3: in its first window a Summary counts its oldest observations ageBuckets times and its newest once. The ring of
# buckets starts as one and the same digest (`Array(ageBuckets).fill(new TDigest())`), every observation goes into every place of the
# ring, and the places become digests of their own only as they rotate. With maxAgeSeconds 600 and ageBuckets 5, the values of the
# documentation, a service that turns slow in its first ten minutes keeps the median of its fast start.
# Seen on Node 20.20, Linux x64: 30 observations of 0.1 s, then 60 of 1 s, four buckets later: median 0.1; 1 with a single bucket.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund prom-client@15.1.3
cat >summary.mjs <<'JS'
import { Registry, Summary } from "prom-client";
let now = Date.now();
Date.now = () => now; // the only clock that a Summary reads
async function median(ageBuckets) {
  const limits = { maxAgeSeconds: 600, ageBuckets, percentiles: [0.5] };
  const summary = new Summary({ name: "seconds", help: "h", registers: [new Registry()], ...limits });
  for (let i = 0; i < 30; i++) summary.observe(0.1 + i / 10_000);
  now += 500_000;
  for (let i = 0; i < 60; i++) summary.observe(1 + i / 10_000);
  const [{ value }] = (await summary.get()).values;
  return Number(value.toFixed(1));
}
console.log(JSON.stringify({ oneBucket: await median(1), fiveBuckets: await median(5) }));
JS
seen=$(node summary.mjs)
echo "$seen"
[ "$seen" = '{"oneBucket":1,"fiveBuckets":0.1}' ]
