import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import path from "node:path";
import { StoreError } from "../../../storage/errors.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { checkPlace } from "../../../storage/sqlite/preflight.ts";
import { byteSize } from "../../views/numbers.ts";
import { ok, problem, type Finding } from "./finding.ts";

/** Less than this fills up within a sweep that keeps its models. */
const leastFree = 500e6;

/** The database and the place it lies in. */
export async function placeFindings(file: string): Promise<Finding[]> {
  return [databaseFinding(file), ...(await diskFinding(file))];
}

function databaseFinding(file: string): Finding {
  try {
    checkPlace(file, false);
    if (!existsSync(file)) return ok("database", `${file} will be made; its folder can be written`);
    const store = openStore(file, { readonly: true });
    try {
      const studies = store.studies().length;
      return ok("database", `${file}: ${studies} ${studies === 1 ? "study" : "studies"}, can be written`);
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const [found, advice] = halves(error.message);
    return problem("database", found, advice);
  }
}

/** What is wrong, and after the last `;` what to do. */
function halves(message: string): readonly [string, string] {
  const at = message.lastIndexOf("; ");
  return at === -1 ? [message, "choose another --db"] : [message.slice(0, at), message.slice(at + 2)];
}

async function diskFinding(file: string): Promise<Finding[]> {
  const folder = path.dirname(file);
  if (!existsSync(folder)) return [];
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${byteSize(free)} free in ${folder}`;
  if (free >= leastFree) return [ok("disk", found)];
  return [problem("disk", found, `make room, at least ${byteSize(leastFree)}, or choose another --db`)];
}
