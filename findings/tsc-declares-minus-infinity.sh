#!/usr/bin/env bash
# TypeScript 7.0.2: the declaration file of a mapped type over the string "-Infinity" has the key as `[-Infinity]`, which is no key of a type, so that
# the compiler refuses its own output (TS1170) in any project that imports it and does not skip the check of libraries. The key has to be in
# quotes, as the same type written out by hand is declared. zod's `z.enum(["NaN", "Infinity", "-Infinity"])` gives such a type.
# Seen with Node 20, Linux x64: `[-Infinity]: "-Infinity";`, then error TS1170 from compiling the .d.ts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund typescript@7.0.2
cat >words.ts <<'TS'
declare function same<const T extends readonly string[]>(words: T): { [K in T[number]]: K };
export const words = same(["NaN", "-Infinity"]);
TS
npx tsc --ignoreConfig --strict --target esnext --declaration words.ts
cat words.d.ts
grep -qF '[-Infinity]: "-Infinity";' words.d.ts
status=0
npx tsc --ignoreConfig --strict --target esnext --noEmit words.d.ts | tee refused || status=$?
[ "$status" -ne 0 ]
grep -q TS1170 refused
