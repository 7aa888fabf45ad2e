// Makes `npx seqtune` work in a checkout: npm links the commands of dependencies, but not a package's own.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, "node_modules", ".bin");
const link = path.join(folder, "seqtune");
mkdirSync(folder, { recursive: true });
rmSync(link, { force: true });
symlinkSync(path.join("..", "..", "bin", "seqtune.js"), link);
chmodSync(path.join(root, "bin", "seqtune.js"), 0o755);
