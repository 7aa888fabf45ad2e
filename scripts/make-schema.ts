// Writes configs/sweep.schema.json, which editors complete sweep files from. Run: npx tsx scripts/make-schema.ts
import { writeFileSync } from "node:fs";
import { sweepJsonSchema } from "../orchestrator/config/schema.ts";

const file = new URL("../configs/sweep.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);
