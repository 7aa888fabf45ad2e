// Writes what is made from the schemas: configs/sweep.schema.json, which editors complete sweep files from, and the
// tables of settings in docs/sweep-file.md. Run: npx tsx scripts/make-schema.ts
import { readFileSync, writeFileSync } from "node:fs";
import { sweepJsonSchema } from "../orchestrator/config/schema.ts";
import { withTables } from "./settings-tables.ts";

const schemaFile = new URL("../configs/sweep.schema.json", import.meta.url);
writeFileSync(schemaFile, `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);

const reference = new URL("../docs/sweep-file.md", import.meta.url);
writeFileSync(reference, withTables(readFileSync(reference, "utf8")));
