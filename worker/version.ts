import { createRequire } from "node:module";
import { z } from "zod";

const require = createRequire(import.meta.url);
const inSource = import.meta.url.endsWith(".ts");

/** seqtune's own version, from package.json beside the sources or above dist/. */
export const version: string = z
  .object({ version: z.string() })
  .parse(require(inSource ? "../package.json" : "../../package.json")).version;
