#!/bin/sh
# Packs into .gpu/ what bench/gpu/run.sh needs on a machine that has a GPU, its driver and a Python with torch, and nothing
# else: Node, the packages that the engines load, the kernels for CPUs. About 45 MB. Run it in a built checkout on Linux x64.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p .gpu
packages="tsx esbuild @esbuild get-tsconfig resolve-pkg-maps koffi @koromix zod csv-parse fflate fzstd hyparquet hyparquet-compressors hyparquet-writer"
present=""
for name in $packages; do [ -e "node_modules/$name" ] && present="$present node_modules/$name"; done
gzip -c "$(node -p process.execPath)" > .gpu/node.gz
# shellcheck disable=SC2086
tar -czf .gpu/packages.tar.gz $present
tar -czf .gpu/kernels.tar.gz worker/lstm/build worker/data/baselines/build
du -sh .gpu
