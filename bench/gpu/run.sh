#!/bin/sh
# bench/gpu.ts on a machine without Node, from a checkout with .gpu/ (bench/gpu/pack.sh): at most eight minutes.
# Arguments are those of bench/gpu.ts. PYTHON: a Python with torch (default python3). The result is also in $OUT/gpu.md
# (default .gpu/out).
set -eu
cd "$(dirname "$0")/../.."
out=${OUT:-.gpu/out}
mkdir -p "$out"
node=$(mktemp -d)/node
gzip -dc .gpu/node.gz > "$node"
chmod +x "$node"
[ -d node_modules ] || tar -xzf .gpu/packages.tar.gz
[ -d worker/data/baselines/build ] || tar -xzf .gpu/kernels.tar.gz
command -v nvidia-smi > /dev/null && nvidia-smi --query-gpu=name,driver_version,compute_mode,clocks.sm --format=csv || true
"$node" --import tsx bench/gpu.ts --python "${PYTHON:-python3}" "$@" > "$out/gpu.md" || status=$?
cat "$out/gpu.md"
exit "${status:-0}"
